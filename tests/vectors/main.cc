// vectors DIRECTORY: runs the project's own implementations over Wycheproof's test vectors.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "crypto/encoding.h"
#include "tests/vectors/report.h"

namespace strongroom::vectors {

void Report::ran(const boost::json::object& test, bool accepted) {
  ++ran_;
  const std::string_view expected = text(test, "result");
  if (expected == "acceptable" || accepted == (expected == "valid")) return;
  disagreements_.push_back("test " + std::to_string(test.at("tcId").as_int64()) + " (" +
                           std::string(text(test, "comment")) + ") is " + std::string(expected) +
                           ", and was " + (accepted ? "accepted" : "refused"));
}

std::string Report::line(std::string_view file) const {
  int left_out = 0;
  std::string reasons;
  for (const auto& [why, count] : not_applicable_) {
    left_out += count;
    reasons += (reasons.empty() ? ": " : ", ") + std::to_string(count) + " " + why;
  }
  const auto agreed = static_cast<std::size_t>(ran_) - disagreements_.size();
  return std::string(file) + ": " + std::to_string(ran_ + left_out) + " tests, " +
         std::to_string(ran_) + " ran, " + std::to_string(agreed) + " agreed, " +
         std::to_string(left_out) + " do not apply" + reasons;
}

std::string_view text(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : "";
}

std::string bytes(const boost::json::object& object, std::string_view name) {
  const auto decoded = crypto::hex_decode(object.at(name).as_string());
  if (decoded) return *decoded;
  throw std::runtime_error("a member is not hexadecimal");
}

namespace {

boost::json::value read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream contents;
  contents << in.rdbuf();
  return boost::json::parse(contents.str());
}

// True if everything in the file agreed.
bool run_file(const std::filesystem::path& path, const RunGroup& run) {
  Report report;
  const boost::json::value document = read(path);
  for (const boost::json::value& group : document.at("testGroups").as_array()) {
    run(group.as_object(), report);
  }
  std::printf("%s\n", report.line(path.filename().string()).c_str());
  for (const std::string& disagreement : report.disagreements()) {
    std::printf("  %s\n", disagreement.c_str());
  }
  return report.agrees();
}

int run_all(const std::filesystem::path& directory) {
  int failed = 0;
  int files = 0;
  for (const auto* table : {&crypto_files(), &jose_files()}) {
    for (const auto& [name, run] : *table) {
      if (!std::filesystem::exists(directory / name)) {
        std::printf("%s: is not there\n", name.c_str());
        continue;
      }
      ++files;
      if (!run_file(directory / name, run)) ++failed;
    }
  }
  std::printf("vectors: %d files, %d failed\n", files, failed);
  return failed == 0 && files > 0 ? 0 : 1;
}

}  // namespace
}  // namespace strongroom::vectors

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: vectors DIRECTORY\n");
    return 2;
  }
  try {
    return strongroom::vectors::run_all(argv[1]);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "vectors: %s\n", problem.what());
    return 2;
  }
}
