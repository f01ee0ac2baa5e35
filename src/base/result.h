#pragma once
// How every fallible function in this program answers: Result<T>, or Error.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <tl/expected.hpp>  // Debian 12: libexpected-dev

#include "base/clock.h"
#include "base/uuid.h"

namespace strongroom {

// The closed list of ways to fail. A caller decides by Code and by nothing else;
// api/error_response.cc gives each Code its HTTP status. Add a Code only when some caller would act
// differently on it.
enum class Code {
  kInvalidArgument,       // the caller sent something malformed                     -> 400
  kUnauthenticated,       // we do not know who is asking                            -> 401
  kPermissionDenied,      // we know, and the policy says no                         -> 403
  kNotFound,              // no such thing, or none that this caller may know about  -> 404
  kConflict,              // it clashes with something that is there                 -> 409
  kPreconditionFailed,    // someone else changed it first (If-Match)                -> 412
  kPreconditionRequired,  // an update without If-Match                              -> 428
  kNeedsConsent,          // only a person at the provider can repair this grant     -> 424
  kProviderRefused,       // the provider said no; somebody must mend the settings   -> 424
  kRateLimited,           // we or the provider ask to slow down                     -> 429
  kUnavailable,           // may work later: provider, database or audit log is down -> 503
  kCorrupt,               // stored data failed authentication or parsing            -> 500
  kInternal,              // a bug of ours, or the machine is exhausted              -> 500
};

// Text that was in the source code at compile time, so it cannot carry a secret or a user's input.
class LiteralText {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): implicit so that a literal can be passed as it is
  consteval LiteralText(const char* text) : text_(text) {}
  constexpr std::string_view view() const { return text_; }
  constexpr bool operator==(const LiteralText&) const = default;

 private:
  std::string_view text_;
};

// A name that the person or robot who asked may see, such as the name they just sent. It is the
// only run-time text that an Error shows to others; whoever makes one says so by its type.
struct VisibleName {
  std::string text;
};

// Where in a request the trouble is: a JSON pointer such as "/scopes/2" (RFC 6901), or the name of
// a query parameter such as "min_ttl".
struct FieldPointer {
  std::string text;
};

// What a problem document may say besides literals (invariant 13): numbers, ids, dates, names that
// the caller may see, and pointers into the caller's own request.
using ErrorValue = std::variant<std::int64_t, Uuid, WallTime, VisibleName, FieldPointer>;

struct ErrorParameter {
  LiteralText name;  // the member's name in the problem document: "max_ttl", "existing_id"
  ErrorValue value;
};

struct Error {
  Code code;
  LiteralText message;       // safe to show to whoever asked
  std::string detail = {};   // for our log only: ids, counts, errno text; never a body or a secret
  LiteralText problem = "";  // the stable name of the problem, "duplicate"; empty: by `code` alone
  std::vector<ErrorParameter> parameters = {};  // shown with the message

  // The Error with one more parameter, for chaining behind `return Error{...}`.
  Error with(LiteralText name, ErrorValue value) &&;
  // The Error with the parameter "field", the offending field.
  Error at(std::string pointer) &&;
  // The value of the parameter called `name`, or nullptr. Valid while *this lives.
  const ErrorValue* find(std::string_view name) const;
};

// A T, or the Error that stood in its way. Ignoring one is a compiler warning, so the build fails.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  // NOLINTNEXTLINE(google-explicit-constructor): implicit so that `return Error{...};` reads well
  Result(Error error) : tl::expected<T, Error>(tl::unexpect, std::move(error)) {}
};

// What a function answers that has nothing to say but that it worked.
using Status = Result<void>;

}  // namespace strongroom

#define STRONGROOM_CONCAT_(a, b) a##b
#define STRONGROOM_CONCAT(a, b) STRONGROOM_CONCAT_(a, b)
#define STRONGROOM_TRY_(decl, tmp, ...)                \
  auto tmp = (__VA_ARGS__);                            \
  if (!tmp.has_value()) return std::move(tmp).error(); \
  decl = *std::move(tmp)

// STRONGROOM_TRY(auto grant, store.find(id));  -- declares `grant`, or returns the Error from here.
#define STRONGROOM_TRY(decl, ...) \
  STRONGROOM_TRY_(decl, STRONGROOM_CONCAT(strongroom_try_, __LINE__), __VA_ARGS__)

// STRONGROOM_CHECK(tx.execute(...));  -- goes on, or returns the Error from here.
#define STRONGROOM_CHECK(...)                                                   \
  if (auto strongroom_checked = (__VA_ARGS__); !strongroom_checked.has_value()) \
  return std::move(strongroom_checked).error()
