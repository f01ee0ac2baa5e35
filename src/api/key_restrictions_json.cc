#include "api/key_restrictions_json.h"

#include <optional>
#include <string>
#include <vector>

namespace strongroom::api {
namespace {

vault::TimeWindow read_times(ObjectReader& body) {
  for (const LiteralText name : {LiteralText("from"), LiteralText("to")}) body.require(name);
  vault::TimeWindow times;
  times.days = body.texts("days").value_or(std::vector<std::string>());
  times.from = body.text("from").value_or("");
  times.to = body.text("to").value_or("");
  times.zone = body.text("zone").value_or("UTC");
  return times;
}

std::vector<vault::OAuthClientId> read_clients(ObjectReader& body) {
  std::vector<vault::OAuthClientId> clients;
  const auto texts = body.texts("oauth_clients").value_or(std::vector<std::string>());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto id = vault::OAuthClientId::parse(texts[i]);
    if (!id) body.refuse_item("oauth_clients", i, "This is not an id.");
    clients.push_back(id.value_or(vault::OAuthClientId{}));
  }
  return clients;
}

}  // namespace

vault::KeyRestrictions read_restrictions(ObjectReader& body) {
  vault::KeyRestrictions restrictions;
  body.object("restrictions", [&](ObjectReader& given) {
    restrictions.addresses = given.texts("addresses").value_or(std::vector<std::string>());
    given.object("times", [&](ObjectReader& times) { restrictions.times = read_times(times); });
    restrictions.max_uses = given.number("max_uses");
    restrictions.oauth_clients = read_clients(given);
  });
  return restrictions;
}

}  // namespace strongroom::api
