#pragma once
// What came of the tests of one file of vectors.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace strongroom::vectors {

class Report {
 public:
  // One test ran. `expected` is Wycheproof's word for it: "acceptable" may go either way.
  void ran(const boost::json::object& test, bool accepted);
  // One test is about something that this program does not do.
  void does_not_apply(const std::string& why) { ++not_applicable_[why]; }

  // "hmac_sha256_test.json: 174 tests, 87 ran, 87 agreed; 87 do not apply: ..."
  std::string line(std::string_view file) const;
  bool agrees() const { return disagreements_.empty() && ran_ > 0; }
  const std::vector<std::string>& disagreements() const { return disagreements_; }

 private:
  int ran_ = 0;
  std::map<std::string, int> not_applicable_;
  std::vector<std::string> disagreements_;
};

// Runs one group of tests.
using RunGroup = std::function<void(const boost::json::object& group, Report& report)>;

// What can be run, by the name of the file.
const std::map<std::string, RunGroup, std::less<>>& crypto_files();
const std::map<std::string, RunGroup, std::less<>>& jose_files();

std::string_view text(const boost::json::object& object, std::string_view name);
// The bytes that a member has in hexadecimal; throws where it has none.
std::string bytes(const boost::json::object& object, std::string_view name);

}  // namespace strongroom::vectors
