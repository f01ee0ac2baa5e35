#include "cli/command_tree.h"

#include <utility>

#include <CLI/CLI.hpp>

#include "cli/output.h"

namespace strongroom::cli {

Command Command::group(const char* name, const char* help) {
  CLI::App* const made = app_->add_subcommand(name, help);
  made->require_subcommand(1);
  return Command(made);
}

Command Command::command(const char* name, const char* help) {
  const std::string text(help);
  const std::size_t end = text.find("\n\n");
  CLI::App* const made = app_->add_subcommand(name, text.substr(0, end));
  if (end != std::string::npos) made->footer(text.substr(end + 1));
  return Command(made);
}

void Command::runs(std::function<void()> run) { app_->callback(std::move(run)); }

void Command::hide() { app_->group(""); }

Command& Command::argument(const char* name, std::string& value, const char* help) {
  app_->add_option(name, value, help)->required();
  return *this;
}

Command& Command::arguments(const char* name, std::vector<std::string>& values, const char* help) {
  app_->add_option(name, values, help)->required();
  return *this;
}

Command& Command::optional_argument(const char* name, std::string& value, const char* help) {
  app_->add_option(name, value, help);
  return *this;
}

Command& Command::option(const char* name, std::string& value, const char* help) {
  app_->add_option(name, value, help);
  return *this;
}

Command& Command::option(const char* name, std::optional<std::string>& value, const char* help) {
  app_->add_option(name, value, help);
  return *this;
}

Command& Command::option(const char* name, std::optional<bool>& value, const char* help) {
  app_->add_option(name, value, help);
  return *this;
}

Command& Command::option(const char* name, std::vector<std::string>& values, const char* help) {
  app_->add_option(name, values, help);
  return *this;
}

Command& Command::option(const char* name, const std::function<void(const std::string&)>& take,
                         const char* help) {
  app_->add_option_function<std::string>(name, take, help);
  return *this;
}

Command& Command::flag(const char* name, bool& value, const char* help) {
  app_->add_flag(name, value, help);
  return *this;
}

Command& Command::must_be_given(const char* name) {
  app_->get_option(name)->required();
  return *this;
}

Command& Command::must_be_one_of(const char* name, std::vector<std::string> choices) {
  app_->get_option(name)->check(CLI::IsMember(std::move(choices)));
  return *this;
}

Command& Command::at_most(const char* name, int values) {
  app_->get_option(name)->expected(1, values);
  return *this;
}

Command& Command::not_both(const char* name, const char* other) {
  app_->get_option(name)->excludes(app_->get_option(other));
  return *this;
}

Command& Command::show_default(const char* name) {
  app_->get_option(name)->capture_default_str();
  return *this;
}

CommandTree::CommandTree(const char* description, const char* footer, const char* version)
    : app_(std::make_unique<CLI::App>(description)) {
  app_->footer(footer);
  app_->require_subcommand(1);
  app_->set_version_flag("--version", version);
}

CommandTree::~CommandTree() = default;

Command CommandTree::top() { return Command(app_.get()); }

std::optional<int> CommandTree::parse(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app_->exit(asked);
  } catch (const CLI::ParseError& wrong) {
    app_->exit(wrong);
    return static_cast<int>(ExitCode::kUsage);
  }
  return std::nullopt;
}

}  // namespace strongroom::cli
