#pragma once
// A JSON body, read strictly: every member must be known, of its type, and within its bounds.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/result.h"
#include "base/secret.h"
#include "http/server.h"

namespace strongroom::api {

enum class BodyKind {
  kJson,        // application/json
  kMergePatch,  // application/merge-patch+json (RFC 7396), or application/json
};

// Take every member that the operation knows, then call finish(). The first thing that is wrong is
// remembered, with its JSON pointer, and what is taken after it is empty. Not thread-safe.
class ObjectReader {
 public:
  // Errors: kInvalidArgument "unsupported_media_type"; kInvalidArgument: no JSON object, a member
  // twice, too deep, more than 256 KiB. Parameters such as charset=utf-8 are let through.
  static Result<ObjectReader> from_body(const http::Request& request, BodyKind kind);
  // The JSON array `text` as the one member `name`, for what comes as a text within a body. Errors:
  // kInvalidArgument: no JSON array, a member twice, too deep.
  static Result<ObjectReader> from_array(std::string_view text, LiteralText name);
  // Whether a body that an operation has no use for is absent or an empty object. Errors: as above.
  static Status expect_nothing(const http::Request& request);

  // nullopt: not there. `most` counts bytes.
  std::optional<std::string> text(LiteralText name, std::size_t most = kLongText);
  // As text(); null means "".
  std::optional<std::string> text_or_null(LiteralText name, std::size_t most = kLongText);
  // The letters are wiped from the parsed body once they were taken.
  std::optional<SecretBytes> secret(LiteralText name, std::size_t most = kLongText);
  std::optional<bool> flag(LiteralText name);
  std::optional<std::int64_t> number(LiteralText name);
  std::optional<std::vector<std::string>> texts(LiteralText name);
  // An object of texts; a null in it is nullopt.
  using TextMap = std::map<std::string, std::optional<std::string>>;
  std::optional<TextMap> text_map(LiteralText name);

  // True, and the member taken, if it is there and null.
  bool take_null(LiteralText name);

  // Has `read` take the members of the object called `name`, and refuses what it left. False: there
  // is no such member.
  using Read = std::function<void(ObjectReader&)>;
  bool object(LiteralText name, const Read& read);
  // The same for each object of the array called `name`.
  bool objects(LiteralText name, std::size_t most, const Read& read);

  // Remembers that `name` is wrong, if nothing was wrong before.
  void refuse(LiteralText name, LiteralText message);
  // The same for one item of the array called `name`.
  void refuse_item(LiteralText name, std::size_t index, LiteralText message);
  // Remembers that `name` must be there.
  void require(LiteralText name);

  Status finish();

  static constexpr std::size_t kLongText = 8192;
  static constexpr std::size_t kMostItems = 200;

 private:
  struct Document;  // the parsed body, and the first error
  ObjectReader(std::shared_ptr<Document> document, boost::json::object& object,
               std::string pointer);

  boost::json::value* take(LiteralText name);
  boost::json::string* take_string(LiteralText name, std::size_t most);
  boost::json::array* take_array(LiteralText name, std::size_t most);
  void refuse_at(std::string pointer, LiteralText message);
  void refuse_unknown();

  std::shared_ptr<Document> document_;
  boost::json::object* object_;
  std::string pointer_;
  std::vector<std::string_view> taken_;
};

}  // namespace strongroom::api
