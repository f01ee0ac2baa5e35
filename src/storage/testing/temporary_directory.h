#pragma once
// A directory that is gone, with all that is in it, when the test is over.

#include <cstdlib>
#include <filesystem>
#include <string>

namespace strongroom::storage {

class TemporaryDirectory {
 public:
  TemporaryDirectory()
      : path_((std::filesystem::temp_directory_path() / "strongroom-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) std::abort();  // no test can go on without it
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace strongroom::storage
