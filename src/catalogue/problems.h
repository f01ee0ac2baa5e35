#pragma once
// What is wrong with a provider file, each problem with its place and with what would be right.

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace strongroom::catalogue {

// One thing that is wrong.
struct Problem {
  std::string pointer;  // JSON pointer (RFC 6901)
  LiteralText message;
  std::string hint = {};  // what would be right, in our own words and names; or empty
  // The member should not be there, or another one that goes with it is missing: what else was
  // read is as it was meant.
  bool is_beside = false;

  // With its pointer as "field".
  Error as_error() &&;
};

// The problems of one file, in the order in which they were met. The first hundred are kept.
class Problems {
 public:
  static constexpr std::size_t kMost = 100;

  void report(std::string pointer, LiteralText message, std::string hint = {});
  // Of what is not read, see Problem::is_beside.
  void report_beside(std::string pointer, LiteralText message, std::string hint = {});

  bool any() const { return !all_.empty(); }
  // A value could not be read, so others cannot be compared with it.
  bool spoils_values() const { return spoils_values_; }
  const std::vector<Problem>& all() const { return all_; }

 private:
  void add(Problem problem);

  std::vector<Problem> all_;
  bool spoils_values_ = false;
};

}  // namespace strongroom::catalogue
