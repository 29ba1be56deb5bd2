// Table prints rows of text under headings, each row as soon as it is there.
//
//   Table table({{"phase", 12}, {"ops", 9}});
//   table.Row({"quiet", "1024"});
//
// Shapes    the first column is flush left, the others flush right.
// Threads   one at a time.
#ifndef NVMF_TRIALS_TABLE_H_
#define NVMF_TRIALS_TABLE_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace nvmf::trials {

// Fixed returns a number with that many digits after the point.
inline std::string Fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

inline std::string Mib(std::uint64_t octets) {
  return Fixed(static_cast<double>(octets) / (1 << 20), 1);
}

class Table {
 public:
  struct Column {
    std::string heading{};
    int width = 0;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {
    std::vector<std::string> headings;
    for (const Column& column : columns_) headings.push_back(column.heading);
    Row(headings);
  }

  void Row(const std::vector<std::string>& cells) const {
    for (std::size_t i = 0; i < cells.size() && i < columns_.size(); ++i) {
      const int width = i == 0 ? -columns_[i].width : columns_[i].width;
      std::printf("%s%*s", i == 0 ? "" : " ", width, cells[i].c_str());
    }
    std::printf("\n");
    std::fflush(stdout);
  }

 private:
  const std::vector<Column> columns_;
};

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_TABLE_H_
