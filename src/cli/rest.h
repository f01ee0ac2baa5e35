#pragma once
// The REST API from the caller's side.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/result.h"
#include "base/secret.h"
#include "http/client.h"

namespace strongroom::cli {

using Key = Secret<struct KeyKind>;  // a robot key or a user API key

// How to reach the server and who asks.
struct Connection {
  std::string url = "https://127.0.0.1:8443";
  std::string ca_pem;  // empty: the system's roots
  Key key{""};
};

// An answer, or a problem document, of the server.
struct Answer {
  int status = 0;
  std::string etag;
  std::string next_after;       // where the next part of an export begins; empty: nowhere
  http::ResponseBody body{""};  // JSON text; of look-ups it holds a token

  bool good() const { return 200 <= status && status < 300; }
};

using QueryParameters = std::vector<std::pair<std::string_view, std::string>>;

// Waits for each answer; for the command line only. Not thread-safe.
class Rest {
 public:
  // `client` must outlive this.
  Rest(http::Client& client, Connection connection);

  // Asks with this key from now on.
  void use(Key key) { connection_.key = std::move(key); }

  // Whether the key is a robot's, by what it begins with: people's routes are closed to those.
  bool asks_as_robot() const;

  // `path` below /api/v1, such as "/projects". `body` is JSON text, which may hold secrets; empty:
  // none. Errors: kUnavailable, with the failing hop's own message and detail.
  Result<Answer> call(std::string_view method, std::string_view path,
                      const QueryParameters& query = {}, const http::RequestBody* body = nullptr,
                      std::string_view if_match = {});

 private:
  http::Client& client_;
  Connection connection_;
};

// "a b" as "a%20b", for a path or query (RFC 3986).
std::string percent_encode(std::string_view text);

}  // namespace strongroom::cli
