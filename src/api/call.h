#pragma once
// One request on its way through the API.

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/function.h"
#include "base/log.h"
#include "base/result.h"
#include "base/uuid.h"
#include "http/server.h"
#include "identity/types.h"
#include "vault/actor.h"

namespace strongroom::api {

// Path parameters, decoded, in the order of the pattern.
struct PathParameters {
  static constexpr std::size_t kMost = 2;
  std::array<std::string, kMost> values;
};

// Writes down that `actor` was refused with `error`, asking about `subject` (nil: unknown), and
// then calls `then`, on any thread.
using RecordDenial = std::function<void(const vault::Actor& actor, const Error& error,
                                        const Uuid& subject, Task then)>;

// Move-only; owns the duty to answer. Used by one thread at a time. A call that is dropped without
// an answer answers 500, so a bug never leaves a client hanging.
class Call {
 public:
  // `collection` is a literal, see error_response(); `log` must outlive the call.
  Call(http::Responder responder, Uuid request_id, std::string_view collection, Log& log);

  const http::Request& request() const { return responder_.request(); }
  const Uuid& request_id() const { return request_id_; }
  const std::string& path(std::size_t index) const { return path_.values.at(index); }
  // The path parameter as an id. Errors: kNotFound; what is no id names nothing.
  template <class IdType>
  Result<IdType> id(std::size_t index) const {
    if (const auto found = IdType::parse(path(index))) return *found;
    return not_found();
  }

  // Who asks; nobody on routes that everybody may call.
  const vault::Actor& actor() const { return actor_; }
  const identity::SignedIn& signed_in() const { return signed_in_; }
  identity::Asker asker() const;
  // Whose session the request's cookie names, on routes that everybody may call as well; nullopt:
  // there is none that lives, or the request has an Authorization header, which counts alone.
  std::optional<identity::UserId> session_user() const { return session_user_; }

  // What the caller may do now, for changes that wait before they happen; see identity::Asker.
  using Again = std::function<std::optional<Grants>()>;
  void set_again(Again again) { again_ = std::move(again); }
  void set_path(PathParameters path) { path_ = std::move(path); }
  void set_caller(const identity::SignedIn& signed_in);
  void set_session_user(identity::UserId user) { session_user_ = user; }

  // Called before a success is answered, and only on the thread that answers: what waits until a
  // change has reached every event loop (invariant 7). `settle` must outlive the call.
  void set_settle(const std::function<void()>& settle) { settle_ = &settle; }

  // Called before a lack of permission is answered. `record` must outlive the call.
  void set_record_denial(const RecordDenial& record) { record_denial_ = &record; }

  // Answers, with the headers that every answer has. An error that is ours to mend is logged.
  void answer(Result<http::Response> result) &&;

  // Answers with what `make` returns, which is called on the connection's event loop right before
  // its bytes are written: for tokens (invariant 7). Nothing is waited for.
  void answer_late(UniqueFunction<http::Response()> make) &&;

  static Error not_found();

 private:
  void answer_once_recorded(const Error& error) &&;

  http::Responder responder_;
  Uuid request_id_;
  std::string_view collection_;
  Log* log_;
  PathParameters path_;
  vault::Actor actor_;
  identity::SignedIn signed_in_;
  std::optional<identity::UserId> session_user_;
  Again again_;
  const std::function<void()>* settle_ = nullptr;
  const RecordDenial* record_denial_ = nullptr;
};

// 200 (or another status) with a JSON body.
http::Response json_response(std::string body, int status = 200);

// `response` with the headers that every answer of the API has, where it has them not yet:
// X-Request-Id, and Cache-Control: no-store.
http::Response finished(http::Response response, const Uuid& request_id);

}  // namespace strongroom::api
