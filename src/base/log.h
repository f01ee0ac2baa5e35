#pragma once
// The program's log: one line an event, on standard error.
//
// A line is a literal message plus named values from a closed set of types. A Secret is none of
// them, so it cannot be logged; a body or header of a request has no business here either.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"

namespace strongroom {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogField {
  LiteralText name;
  std::variant<std::int64_t, double, bool, Uuid, std::string_view> value;
};

// Safe to use from any thread; a line is written whole. Pass it by reference; app/main.cc makes it.
class Log {
 public:
  enum class Format { kText, kJson };
  using Sink = std::function<void(std::string_view line)>;  // gets the line with its newline

  // `sink` is called with one lock held. `clock` must outlive the log.
  Log(const Clock& clock, Format format, Sink sink, LogLevel threshold = LogLevel::kInfo);

  // Writes to standard error.
  static Sink standard_error();

  void debug(LiteralText message, std::initializer_list<LogField> fields = {});
  void info(LiteralText message, std::initializer_list<LogField> fields = {});
  void warning(LiteralText message, std::initializer_list<LogField> fields = {});
  void error(LiteralText message, std::initializer_list<LogField> fields = {});
  // `error`'s own message and detail, as fields beside `message`.
  void failed(LiteralText message, const Error& error, std::initializer_list<LogField> fields = {});

  void set_threshold(LogLevel threshold);

 private:
  void write(LogLevel level, LiteralText message, std::initializer_list<LogField> fields,
             const Error* error);

  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace strongroom
