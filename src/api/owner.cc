#include "api/owner.h"

namespace strongroom::api {

void write_owner(JsonWriter& json, const vault::Owner& owner) {
  json.begin_object("owner");
  json.member("name", owner.name);
  json.member("email", owner.email);
  json.end_object();
}

std::optional<vault::Owner> read_owner(ObjectReader& body, const vault::Owner& current) {
  if (body.take_null("owner")) return vault::Owner{};
  vault::Owner owner = current;
  const bool found = body.object("owner", [&owner](ObjectReader& inner) {
    owner.name = inner.text_or_null("name").value_or(owner.name);
    owner.email = inner.text_or_null("email").value_or(owner.email);
  });
  if (!found) return std::nullopt;
  return owner;
}

}  // namespace strongroom::api
