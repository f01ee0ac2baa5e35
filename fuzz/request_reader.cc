// RequestReader: the same requests, or the same refusal, however the bytes of a connection come.
//
// The first byte of an input says in how large pieces they come the second time.
#include "http/request_reader.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

using http::RequestReader;
using Progress = http::RequestReader::Progress;

// A longer line of a chunk's size or of trailers is refused unless it comes all at once.
constexpr std::size_t kMaxChunkLine = std::size_t{4} * 1024;

// Small, so that an input of a few kilobytes reaches them.
const http::ServerLimits& limits() {
  static const http::ServerLimits small = [] {
    http::ServerLimits made;
    made.max_header_bytes = 512;
    made.max_body_bytes = 1024;
    return made;
  }();
  return small;
}

struct Seen {
  std::string method;
  std::string target;
  std::string authorization;
  std::string host;
  std::string body;
  bool keep_alive = true;
  bool operator==(const Seen&) const = default;
};

struct Outcome {
  std::vector<Seen> requests;
  Progress last = Progress::kIdle;
};

Seen check_request(const http::Request& request) {
  require(!request.method.empty() && request.target.starts_with('/'), "a method and a target");
  const std::string rejoined = std::string(request.path) +
                               (request.path.size() < request.target.size() ? "?" : "") +
                               std::string(request.query);
  require(rejoined == request.target, "path and query make the target");
  require(request.body.size() <= limits().max_body_bytes, "the body is not too long");
  const std::string_view length = request.header("Content-Length");
  require(length.empty() || request.header("Transfer-Encoding").empty(),
          "one way to tell where the body ends");
  require(request.authorization == request.header("AUTHORIZATION"), "fields are found in any case");
  return {std::string(request.method),        std::string(request.target),
          std::string(request.authorization), std::string(request.header("Host")),
          std::string(request.body),          request.keep_alive};
}

// Reads on in what is there. True: the connection goes on.
bool drain(RequestReader& reader, Outcome& outcome) {
  while (true) {
    outcome.last = reader.advance();
    if (outcome.last == Progress::kRefused) {
      require(400 <= reader.refusal() && reader.refusal() < 500, "a refusal has a status");
      return false;
    }
    if (outcome.last != Progress::kComplete) return true;
    outcome.requests.push_back(check_request(reader.request()));
    if (!reader.request().keep_alive) return false;
    reader.next();
  }
}

Outcome read_in_pieces(std::string_view bytes, std::size_t most) {
  const http::TrustedProxies nobody;
  RequestReader reader(limits(), nobody, "192.0.2.1");
  Outcome outcome;
  while (!bytes.empty()) {
    const std::span<char> space = reader.space();
    require(!space.empty(), "there is always room to read into");
    const std::size_t count = std::min({bytes.size(), space.size(), most});
    std::copy_n(bytes.begin(), count, space.begin());
    bytes.remove_prefix(count);
    reader.filled(count);
    if (!drain(reader, outcome)) break;
  }
  return outcome;
}

}  // namespace

void one_input(std::string_view input) {
  Input rest(input);
  const std::size_t piece = rest.byte() % 64 + 1;
  const Outcome whole = read_in_pieces(rest.rest(), input.size());
  const Outcome pieces = read_in_pieces(rest.rest(), piece);
  if (input.size() > kMaxChunkLine && pieces.last == Progress::kRefused) {
    require(pieces.requests.size() <= whole.requests.size() &&
                std::ranges::equal(pieces.requests,
                                   std::span(whole.requests).first(pieces.requests.size())),
            "the same requests in pieces, as far as they are read");
    return;
  }
  require(whole.requests == pieces.requests, "the same requests in pieces");
  require((whole.last == Progress::kRefused) == (pieces.last == Progress::kRefused),
          "refused whole, refused in pieces");
}

}  // namespace strongroom::fuzz
