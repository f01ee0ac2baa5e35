// Runs a fuzz target on inputs that are kept, without a fuzzer: so that they are tests as well.
//
//   NAME FILE_OR_DIRECTORY...
//
// Ends with 0 if everything held, by a signal if not (after naming the input), and with 2 if there
// was nothing to run.

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name for it
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

const char* current_input = "";

void write_out(std::string_view text) {
  // Nothing is left to do if standard error is gone.
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
}

// Says which input it was and lets the signal take its course. Async-signal-safe.
void name_input(int signal) {
  write_out("this input broke it: ");
  write_out({current_input, std::strlen(current_input)});
  write_out("\n");
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

int refuse(const std::string& why) {
  std::fprintf(stderr, "replay: %s\n", why.c_str());
  return 2;
}

// The regular files of a directory in the order of their names, or the file itself.
std::vector<std::string> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path.string()};
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// False if the file cannot be read.
bool replay(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) return false;
  // Exactly as large as the input, so that a memory checker sees one byte too many.
  const auto bytes = std::make_unique<std::uint8_t[]>(text.size());
  std::copy(text.begin(), text.end(), bytes.get());
  current_input = file.c_str();
  LLVMFuzzerTestOneInput(bytes.get(), text.size());
  return true;
}

int replay_all(int count, char** paths) {
  std::size_t inputs = 0;
  for (int i = 1; i < count; ++i) {
    if (!fs::exists(paths[i])) return refuse(std::string("there is no ") + paths[i]);
    const std::vector<std::string> files = files_of(paths[i]);
    if (files.empty()) return refuse(std::string("no input in ") + paths[i]);
    for (const std::string& file : files) {
      if (!replay(file)) return refuse("cannot read " + file);
    }
    inputs += files.size();
  }
  std::printf("%zu inputs, everything held\n", inputs);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return refuse("usage: NAME FILE_OR_DIRECTORY...");
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    std::signal(signal, name_input);
  }
  try {
    return replay_all(count, arguments);
  } catch (const fs::filesystem_error& error) {
    return refuse(error.what());
  }
}
