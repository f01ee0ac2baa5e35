#pragma once
// The tree of commands and their options, without what parses them: CLI11 is slow to compile, and
// command_tree.cc is the only file that includes it.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): its own name
class App;
}

namespace strongroom::cli {

// A command, or a group of commands. A handle that is copied freely; the tree owns what it means.
// Values that options are read into must live as long as the tree.
class Command {
 public:
  Command group(const char* name, const char* help);
  // What stands behind an empty line in `help` is shown with the command alone: more, and examples.
  Command command(const char* name, const char* help);
  void runs(std::function<void()> run);
  // Out of --help: for the build and its tests.
  void hide();

  // "NAME", which must be given.
  Command& argument(const char* name, std::string& value, const char* help);
  // "NAME…", of which one or more must be given.
  Command& arguments(const char* name, std::vector<std::string>& values, const char* help);
  Command& optional_argument(const char* name, std::string& value, const char* help);
  // "--name VALUE". Values that are not given stay as they are; a list takes the option repeatedly.
  Command& option(const char* name, std::string& value, const char* help);
  Command& option(const char* name, std::optional<std::string>& value, const char* help);
  Command& option(const char* name, std::optional<bool>& value, const char* help);
  Command& option(const char* name, std::vector<std::string>& values, const char* help);
  Command& option(const char* name, const std::function<void(const std::string&)>& take,
                  const char* help);
  // "--name", without a value.
  Command& flag(const char* name, bool& value, const char* help);

  // Of options that are there already.
  Command& must_be_given(const char* name);
  Command& must_be_one_of(const char* name, std::vector<std::string> choices);
  Command& at_most(const char* name, int values);
  Command& not_both(const char* name, const char* other);
  Command& show_default(const char* name);

 private:
  friend class CommandTree;
  explicit Command(CLI::App* app) : app_(app) {}

  CLI::App* app_;
};

class CommandTree {
 public:
  CommandTree(const char* description, const char* footer, const char* version);
  ~CommandTree();
  CommandTree(const CommandTree&) = delete;
  CommandTree& operator=(const CommandTree&) = delete;

  Command top();
  // Parses the arguments and runs the command that they name. Answers the exit code if they are
  // wrong, or ask for --help or --version; nothing if the command ran.
  std::optional<int> parse(int argc, const char* const* argv);

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace strongroom::cli
