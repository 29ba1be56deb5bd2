#include "nvmf/nvme/nqn.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nvmf {
namespace {

constexpr std::string_view kUuid = "01234567-89ab-cdef-fedc-ba9876543210";

NqnField Filled(char c) {
  NqnField field;
  field.fill(c);
  return field;
}

TEST(Nqn, TheThreeFormsAreValid) {
  EXPECT_TRUE(IsValidNqn("nqn.2016-06.io.spdk:cnode1"));
  EXPECT_TRUE(IsValidNqn("nqn.2016-06.io.spdk"));
  EXPECT_TRUE(IsValidNqn("nqn.2014-08.org.nvmexpress:uuid:01234567-89ab-cdef-FEDC-ba9876543210"));
  EXPECT_TRUE(IsValidNqn(kDiscoveryNqn));
}

TEST(Nqn, AnyTextMayFollowTheColon) {
  EXPECT_TRUE(IsValidNqn("nqn.2014-08.com.3par:a b:c.d/e_f"));
  EXPECT_TRUE(IsValidNqn("nqn.2014-08.com.example:\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
}

TEST(Nqn, WhatFollowsTheColonIsUtf8) {
  const char* const kBad[] = {
      "\x80",              // A continuation without a lead.
      "\xC3",              // Cut short.
      "\xE2\x82",          //
      "\xF0\x9F\x98",      //
      "\xC3(",             // Not a continuation.
      "\xE2(\xAC",         //
      "\xE2\x82(",         //
      "\xC0\xAF",          // Overlong.
      "\xE0\x80\xAF",      //
      "\xF0\x80\x80\xAF",  //
      "\xED\xA0\x80",      // A surrogate.
      "\xF4\x90\x80\x80",  // Past 10FFFFh.
      "\xF5\x80\x80\x80",  //
      "\xFF",              //
      "a\nb",              // A control character.
      "a\x7F",             //
  };
  for (const std::string bad : kBad) {
    EXPECT_FALSE(IsValidNqn("nqn.2014-08.com.example:" + bad));
  }
}

TEST(Nqn, EveryPartOfTheFormIsNeeded) {
  const char* const kBad[] = {
      "",
      "nqn",
      "nqn.",
      "NQN.2014-08.com.example",
      "iqn.2014-08.com.example",
      "nqn.2014-08",
      "nqn.2014-08.",
      "nqn.2014-08:x",
      "nqn.2014-08.:x",
      "nqn.2014-8.com.example",
      "nqn.201x-08.com.example",
      "nqn.2014_08.com.example",
      "nqn.2014-00.com.example",
      "nqn.2014-13.com.example",
      "nqn.2014-20.com.example",
      "nqn.2014-08-com.example",
      "nqn.2014-08..com",
      "nqn.2014-08.com..example",
      "nqn.2014-08.com.",
      "nqn.2014-08.com.-example",
      "nqn.2014-08.com.example-",
      "nqn.2014-08.com.exa mple",
      "nqn.2014-08.com.exa_mple",
      "nqn.2014-08.com.example:",
      "nqn.2014-08.org.nvmexpress:uuid:",
      "nqn.2014-08.org.nvmexpress:uuid:01234567-89ab-cdef-fedc-ba987654321",
      "nqn.2014-08.org.nvmexpress:uuid:01234567-89ab-cdef-fedc-ba98765432100",
      "nqn.2014-08.org.nvmexpress:uuid:0123456789abcdeffedcba9876543210",
      "nqn.2014-08.org.nvmexpress:uuid:g1234567-89ab-cdef-fedc-ba9876543210",
  };
  for (const std::string_view bad : kBad) EXPECT_FALSE(IsValidNqn(bad)) << bad;
}

TEST(Nqn, MonthsRunFrom01To12) {
  EXPECT_TRUE(IsValidNqn("nqn.2014-01.com"));
  EXPECT_TRUE(IsValidNqn("nqn.2014-12.com"));
}

TEST(Nqn, AnEmbeddedNulIsNoPartOfAName) {
  using namespace std::string_view_literals;
  EXPECT_FALSE(IsValidNqn("nqn.2014-08.com.example:a\0b"sv));
  EXPECT_FALSE(IsValidNqn("nqn.2014-08.com.example\0"sv));
}

TEST(Nqn, LengthEndsAt223) {
  const std::string name = "nqn.2014-08.com.example:";
  EXPECT_TRUE(IsValidNqn(name + std::string(223 - name.size(), 'x')));
  EXPECT_FALSE(IsValidNqn(name + std::string(224 - name.size(), 'x')));
}

TEST(Nqn, ALabelEndsAt63) {
  EXPECT_TRUE(IsValidNqn("nqn.2014-08." + std::string(63, 'x')));
  EXPECT_FALSE(IsValidNqn("nqn.2014-08." + std::string(64, 'x')));
}

TEST(NqnField, ANameGoesInAndComesOut) {
  NqnField field = Filled('?');
  ASSERT_TRUE(SetNqnField(field, "nqn.2016-06.io.spdk:cnode1"));
  EXPECT_EQ(NqnFromField(field), "nqn.2016-06.io.spdk:cnode1");
  EXPECT_TRUE(std::ranges::all_of(std::span(field).subspan(26), [](char c) { return c == 0; }));
}

TEST(NqnField, AFieldWithoutNulHasNoName) { EXPECT_EQ(NqnFromField(Filled('x')), std::nullopt); }

TEST(NqnField, TheNulMustComeWithin224Octets) {
  NqnField field = Filled('x');
  field[224] = '\0';
  EXPECT_EQ(NqnFromField(field), std::nullopt);
  field[223] = '\0';
  EXPECT_EQ(NqnFromField(field), std::string(223, 'x'));
}

TEST(NqnField, AnEmptyFieldHoldsTheEmptyName) {
  EXPECT_EQ(NqnFromField(NqnField{}), "");
  EXPECT_FALSE(IsValidNqn(""));
}

TEST(NqnField, WhatDoesNotFitIsRefusedAndChangesNothing) {
  NqnField field = Filled('x');
  const NqnField before = field;
  EXPECT_FALSE(SetNqnField(field, std::string(224, 'y')));
  EXPECT_FALSE(SetNqnField(field, std::string_view("a\0b", 3)));
  EXPECT_EQ(field, before);
  EXPECT_TRUE(SetNqnField(field, std::string(223, 'y')));
}

TEST(Uuid, TextIsTheOctetsInOrder) {
  const std::optional<Uuid> uuid = ParseUuid(kUuid);
  ASSERT_TRUE(uuid);
  EXPECT_EQ((*uuid)[0], std::byte{0x01});
  EXPECT_EQ((*uuid)[4], std::byte{0x89});
  EXPECT_EQ((*uuid)[15], std::byte{0x10});
  EXPECT_EQ(UuidText(*uuid), kUuid);
}

TEST(Uuid, EitherCaseIsReadAndLowerCaseWritten) {
  EXPECT_EQ(ParseUuid("01234567-89AB-CDEF-FEDC-BA9876543210"), ParseUuid(kUuid));
}

TEST(Uuid, OtherTextIsRefused) {
  EXPECT_EQ(ParseUuid(""), std::nullopt);
  EXPECT_EQ(ParseUuid("01234567-89ab-cdef-fedc-ba987654321"), std::nullopt);
  EXPECT_EQ(ParseUuid("01234567-89ab-cdef-fedc-ba98765432100"), std::nullopt);
  EXPECT_EQ(ParseUuid("01234567089ab-cdef-fedc-ba9876543210"), std::nullopt) << "a dash missing";
  EXPECT_EQ(ParseUuid("0123456--89ab-cdef-fedc-ba9876543210"), std::nullopt) << "a dash too many";
  EXPECT_EQ(ParseUuid("01234567-89ab-cdef-fedc-ba987654321g"), std::nullopt);
}

TEST(Uuid, AHostNqnOfAUuidIsAValidNqn) {
  EXPECT_EQ(MakeHostNqn(*ParseUuid(kUuid)),
            "nqn.2014-08.org.nvmexpress:uuid:" + std::string(kUuid));
  EXPECT_TRUE(IsValidNqn(MakeHostNqn(Uuid{})));
}

}  // namespace
}  // namespace nvmf
