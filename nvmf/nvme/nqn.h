// NVMe Qualified Names, and the UUIDs that name hosts.
//
//   std::optional<std::string_view> subnqn = NqnFromField(data.subnqn);
//   if (!subnqn || !IsValidNqn(*subnqn)) return Refuse(InvalidConnectData("subnqn"));
//   std::string hostnqn = MakeHostNqn(*ParseUuid("01234567-89ab-cdef-0123-456789abcdef"));
//
// Shapes    a name is at most 223 octets; its field is 256 octets, ended by a NUL.
// Units     octets. Names are UTF-8 and compared octet by octet.
// Errors    nullopt or false, as each function says.
// Threads   pure functions.
// Source    NVM Express Base, "NVMe Qualified Names" and "Universally Unique Identifiers".
#ifndef NVMF_NVME_NQN_H_
#define NVMF_NVME_NQN_H_

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nvmf {

inline constexpr std::size_t kMaxNqn = 223;        // Octets of a name, without its NUL.
inline constexpr std::size_t kNqnFieldSize = 256;  // Octets of the field that holds one.

// The name that every discovery subsystem answers to.
inline constexpr std::string_view kDiscoveryNqn = "nqn.2014-08.org.nvmexpress.discovery";
// What stands before the UUID in a name made of one.
inline constexpr std::string_view kUuidNqnPrefix = "nqn.2014-08.org.nvmexpress:uuid:";

using NqnField = std::array<char, kNqnFieldSize>;

// Uuid holds the 16 octets in the order of the text form. (RFC 4122)
using Uuid = std::array<std::byte, 16>;
// HostId is HOSTID of the Connect data: a UUID by custom, any 16 octets by rule.
using HostId = std::array<std::byte, 16>;

// IsValidNqn tells whether `nqn` is "nqn.yyyy-mm.reverse.domain", with or without ":" and more
// UTF-8 after it, of at most 223 octets. After kUuidNqnPrefix only a UUID will do.
bool IsValidNqn(std::string_view nqn);

// NqnFromField returns the name in `field`, which may be empty; nullopt when no NUL ends it within
// 224 octets. It looks at no syntax, and borrows from `field`.
std::optional<std::string_view> NqnFromField(std::span<const char, kNqnFieldSize> field);

// SetNqnField writes `nqn` into `field` and fills the rest with NULs. A name longer than 223
// octets, or with a NUL inside, is refused and the field left as it was. It looks at no syntax.
[[nodiscard]] bool SetNqnField(std::span<char, kNqnFieldSize> field, std::string_view nqn);

// ParseUuid reads "01234567-89ab-cdef-0123-456789abcdef", in either case; nullopt for other text.
std::optional<Uuid> ParseUuid(std::string_view text);

// UuidText returns the 36 characters of `uuid`, in lower case. It allocates.
std::string UuidText(const Uuid& uuid);

// MakeHostNqn returns "nqn.2014-08.org.nvmexpress:uuid:" and `uuid`. It allocates.
std::string MakeHostNqn(const Uuid& uuid);

}  // namespace nvmf

#endif  // NVMF_NVME_NQN_H_
