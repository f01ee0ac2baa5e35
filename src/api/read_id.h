#pragma once
// Ids in queries and bodies.

#include <optional>

#include "base/result.h"

namespace strongroom::api {

// Takes what is called `name` out of a QueryReader or an ObjectReader, as an id of its kind.
// nullopt: it is not there; or it is no such id, and `reader` remembers that.
template <class IdType, class Reader>
std::optional<IdType> read_id(Reader& reader, LiteralText name) {
  const auto text = reader.text(name);
  if (!text) return std::nullopt;
  const auto id = IdType::parse(*text);
  if (!id) reader.refuse(name, "This must be an id.");
  return id;
}

}  // namespace strongroom::api
