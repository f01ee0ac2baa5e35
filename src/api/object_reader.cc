#include "api/object_reader.h"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include "api/error_response.h"
#include "api/media_type.h"
#include "base/json.h"
#include "base/json_pointer.h"

namespace strongroom::api {
namespace {

constexpr JsonLimits kLimits{.max_bytes = std::size_t{256} * 1024, .max_depth = 8};

bool has_right_type(const http::Request& request, BodyKind kind) {
  return is_media_type(request.content_type, "application/json") ||
         (kind == BodyKind::kMergePatch &&
          is_media_type(request.content_type, "application/merge-patch+json"));
}

std::string text_of(const boost::json::string& text) { return {text.data(), text.size()}; }

}  // namespace

struct ObjectReader::Document {
  boost::json::value root;
  std::optional<Error> error;
};

ObjectReader::ObjectReader(std::shared_ptr<Document> document, boost::json::object& object,
                           std::string pointer)
    : document_(std::move(document)), object_(&object), pointer_(std::move(pointer)) {}

Result<ObjectReader> ObjectReader::from_body(const http::Request& request, BodyKind kind) {
  if (!has_right_type(request, kind)) return unsupported_media_type();
  auto document = std::make_shared<Document>();
  STRONGROOM_TRY(document->root, parse_json(request.body, kLimits));
  boost::json::object* object = document->root.if_object();
  if (object == nullptr) {
    return Error{Code::kInvalidArgument, "The body must be a JSON object."};
  }
  return ObjectReader(std::move(document), *object, "");
}

Result<ObjectReader> ObjectReader::from_array(std::string_view text, LiteralText name) {
  auto document = std::make_shared<Document>();
  STRONGROOM_TRY(boost::json::value array, parse_json(text, kLimits));
  if (!array.is_array()) return Error{Code::kInvalidArgument, "This must be a JSON array."};
  document->root = boost::json::object();
  boost::json::object& object = document->root.get_object();
  object[name.view()] = std::move(array);
  return ObjectReader(std::move(document), object, "");
}

Status ObjectReader::expect_nothing(const http::Request& request) {
  if (request.body.empty()) return {};
  STRONGROOM_TRY(ObjectReader reader, from_body(request, BodyKind::kJson));
  return reader.finish();
}

boost::json::value* ObjectReader::take(LiteralText name) {
  const auto found = object_->find(name.view());
  if (found == object_->end()) return nullptr;
  taken_.push_back(name.view());
  return document_->error ? nullptr : &found->value();
}

boost::json::string* ObjectReader::take_string(LiteralText name, std::size_t most) {
  boost::json::value* value = take(name);
  if (value == nullptr) return nullptr;
  if (!value->is_string()) {
    refuse(name, "This must be a text.");
    return nullptr;
  }
  if (value->get_string().size() > most) {
    refuse(name, "This text is too long.");
    return nullptr;
  }
  return &value->get_string();
}

boost::json::array* ObjectReader::take_array(LiteralText name, std::size_t most) {
  boost::json::value* value = take(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) {
    refuse(name, "This must be an array.");
    return nullptr;
  }
  if (value->get_array().size() > most) {
    refuse(name, "This array has too many items.");
    return nullptr;
  }
  return &value->get_array();
}

std::optional<std::string> ObjectReader::text(LiteralText name, std::size_t most) {
  const boost::json::string* found = take_string(name, most);
  if (found == nullptr) return std::nullopt;
  return text_of(*found);
}

std::optional<std::string> ObjectReader::text_or_null(LiteralText name, std::size_t most) {
  if (take_null(name)) return std::string();
  return text(name, most);
}

std::optional<SecretBytes> ObjectReader::secret(LiteralText name, std::size_t most) {
  boost::json::string* found = take_string(name, most);
  if (found == nullptr) return std::nullopt;
  if (found->empty()) {
    refuse(name, "This must not be empty.");
    return std::nullopt;
  }
  SecretBytes letters(std::string_view(found->data(), found->size()));
  wipe(std::as_writable_bytes(std::span(found->data(), found->size())));
  return letters;
}

std::optional<bool> ObjectReader::flag(LiteralText name) {
  const boost::json::value* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  refuse(name, "This must be true or false.");
  return std::nullopt;
}

std::optional<std::int64_t> ObjectReader::number(LiteralText name) {
  const boost::json::value* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_int64()) return value->get_int64();
  refuse(name, "This must be a whole number.");
  return std::nullopt;
}

std::optional<std::vector<std::string>> ObjectReader::texts(LiteralText name) {
  const boost::json::array* array = take_array(name, kMostItems);
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const boost::json::value& item : *array) {
    if (!item.is_string() || item.get_string().size() > kLongText) {
      refuse_item(name, texts.size(), "This must be a text, and not too long.");
      return std::nullopt;
    }
    texts.push_back(text_of(item.get_string()));
  }
  return texts;
}

std::optional<ObjectReader::TextMap> ObjectReader::text_map(LiteralText name) {
  const boost::json::value* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object() || value->get_object().size() > kMostItems) {
    refuse(name, "This must be an object of texts, and not too large.");
    return std::nullopt;
  }
  TextMap map;
  for (const auto& [key, item] : value->get_object()) {
    const bool right =
        item.is_null() || (item.is_string() && item.get_string().size() <= kLongText);
    if (!right) {
      refuse_at(pointer_to(pointer_to(pointer_, name.view()), key),
                "This must be a text, and not too long.");
      return std::nullopt;
    }
    map.emplace(key, item.is_null() ? std::nullopt
                                    : std::optional<std::string>(text_of(item.get_string())));
  }
  return map;
}

bool ObjectReader::take_null(LiteralText name) {
  const auto found = object_->find(name.view());
  if (found == object_->end() || !found->value().is_null()) return false;
  taken_.push_back(name.view());
  return true;
}

bool ObjectReader::object(LiteralText name, const Read& read) {
  boost::json::value* value = take(name);
  if (value == nullptr) return false;
  if (!value->is_object()) {
    refuse(name, "This must be an object.");
    return false;
  }
  ObjectReader inner(document_, value->get_object(), pointer_to(pointer_, name.view()));
  read(inner);
  inner.refuse_unknown();
  return true;
}

bool ObjectReader::objects(LiteralText name, std::size_t most, const Read& read) {
  boost::json::array* array = take_array(name, most);
  if (array == nullptr) return false;
  std::size_t index = 0;
  for (boost::json::value& item : *array) {
    const std::string pointer =
        pointer_to(pointer_to(pointer_, name.view()), std::to_string(index++));
    if (!item.is_object()) {
      refuse_at(pointer, "This must be an object.");
      return false;
    }
    ObjectReader inner(document_, item.get_object(), pointer);
    read(inner);
    inner.refuse_unknown();
  }
  return true;
}

void ObjectReader::refuse(LiteralText name, LiteralText message) {
  refuse_at(pointer_to(pointer_, name.view()), message);
}

void ObjectReader::refuse_item(LiteralText name, std::size_t index, LiteralText message) {
  refuse_at(pointer_to(pointer_to(pointer_, name.view()), std::to_string(index)), message);
}

void ObjectReader::require(LiteralText name) {
  if (object_->find(name.view()) == object_->end()) refuse(name, "This is needed.");
}

void ObjectReader::refuse_at(std::string pointer, LiteralText message) {
  if (document_->error) return;
  document_->error = Error{Code::kInvalidArgument, message}.at(std::move(pointer));
}

void ObjectReader::refuse_unknown() {
  for (const auto& member : *object_) {
    if (std::ranges::find(taken_, std::string_view(member.key())) == taken_.end()) {
      refuse_at(pointer_to(pointer_, member.key()), "This member is not known here.");
      return;
    }
  }
}

Status ObjectReader::finish() {
  refuse_unknown();
  if (document_->error) return *document_->error;
  return {};
}

}  // namespace strongroom::api
