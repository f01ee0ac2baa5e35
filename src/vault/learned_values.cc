#include "vault/learned_values.h"

#include <algorithm>
#include <utility>

#include "oauth/learned_values.h"
#include "vault/json_texts.h"
#include "vault/learned_place.h"

namespace strongroom::vault {
namespace {

using storage::LearnedValuesRow;

LearnedTexts taken(Context& context, OAuthClientId client, oauth::Learned learned) {
  for (const std::string& name : learned.dropped) {
    context.log.warning("A value that came with a token is none of its kind; it was dropped.",
                        {{"oauth_client", client.uuid}, {"value", name}});
  }
  return std::move(learned.values);
}

Result<std::optional<LearnedValuesRow>> stored_row(Context& context, OAuthClientId client) {
  using Row = std::optional<LearnedValuesRow>;
  return storage::read<Row>(context.store, [&](storage::Snapshot& snapshot) {
    return storage::find_learned_values(snapshot, client.uuid);
  });
}

Result<LearnedTexts> opened(const Context& context, const LearnedValuesRow& row) {
  std::string json;
  STRONGROOM_CHECK(context.sealer.open_into(learned_place(row), row.sealed_values, json));
  return text_map_from_json(json);
}

// Adds what is stored and was not said anew, of what the entry has, and takes, today.
Status add_stored(Context& context, const catalogue::Provider& provider,
                  const LearnedValuesRow& row, LearnedTexts& learned) {
  STRONGROOM_TRY(LearnedTexts stored, opened(context, row));
  for (auto& [name, text] : stored) {
    const auto value = std::ranges::find(provider.learned, name, &catalogue::LearnedValue::name);
    const bool is_taken = value != provider.learned.end() && oauth::learned_text(*value, text);
    if (is_taken) learned.try_emplace(name, std::move(text));
  }
  return {};
}

Result<std::optional<LearnedValuesRow>> sealed_row(Context& context, OAuthClientId client,
                                                   const catalogue::Provider& provider,
                                                   LearnedTexts learned, LearnedBefore before) {
  using Row = std::optional<LearnedValuesRow>;
  if (learned.empty()) return Row();
  STRONGROOM_TRY(const Row stored, stored_row(context, client));
  if (stored && before == LearnedBefore::kStays) {
    STRONGROOM_CHECK(add_stored(context, provider, *stored, learned));
  }
  LearnedValuesRow row{.oauth_client_id = client.uuid,
                       .generation = stored ? stored->generation + 1 : 1,
                       .sealed_values = {}};
  STRONGROOM_TRY(row.sealed_values, context.sealer.seal(learned_place(row), to_json(learned)));
  return Row(std::move(row));
}

}  // namespace

LearnedTexts learned_from_answer(Context& context, OAuthClientId client,
                                 std::string_view service_provider,
                                 const oauth::TokenAnswer& answer) {
  const catalogue::ProviderPtr provider = context.catalogue.find(service_provider);
  if (provider == nullptr || provider->learned.empty()) return {};
  return taken(context, client, oauth::learned_from_answer(*provider, answer));
}

LearnedTexts learned_from_callback(Context& context, OAuthClientId client,
                                   std::string_view service_provider, std::string_view query) {
  const catalogue::ProviderPtr provider = context.catalogue.find(service_provider);
  if (provider == nullptr || provider->learned.empty()) return {};
  return taken(context, client, oauth::learned_from_callback(*provider, query));
}

SealedLearned seal_learned(Context& context, OAuthClientId client,
                           std::string_view service_provider, LearnedTexts learned,
                           LearnedBefore before) {
  SealedLearned sealed{.client = client.uuid, .is_over = before == LearnedBefore::kIsOver};
  const catalogue::ProviderPtr provider = context.catalogue.find(service_provider);
  if (provider == nullptr) return sealed;
  auto row = sealed_row(context, client, *provider, std::move(learned), before);
  if (row) {
    sealed.row = *std::move(row);
  } else {
    context.log.failed("What came with a token could not be kept.", row.error(),
                       {{"oauth_client", client.uuid}});
  }
  return sealed;
}

SealedLearned learn(Context& context, OAuthClientId client, std::string_view service_provider,
                    const oauth::TokenAnswer& answer) {
  return seal_learned(context, client, service_provider,
                      learned_from_answer(context, client, service_provider, answer),
                      LearnedBefore::kStays);
}

Status store_learned(storage::Transaction& tx, const SealedLearned& learned) {
  if (learned.row) return storage::put_learned_values(tx, *learned.row);
  return learned.is_over ? storage::delete_learned_values(tx, learned.client) : Status();
}

Result<LearnedTexts> read_learned(Context& context, OAuthClientId client) {
  STRONGROOM_TRY(const auto row, stored_row(context, client));
  return row ? opened(context, *row) : Result<LearnedTexts>(LearnedTexts());
}

bool KnownLearned::has_some(std::string_view service_provider) const {
  const catalogue::ProviderPtr provider = context_.catalogue.find(service_provider);
  return provider != nullptr && !provider->learned.empty();
}

KnownLearned::Text KnownLearned::find(const TokenKey& key, std::int64_t generation) {
  const auto known = known_.lock();
  const auto found = known->find(key);
  const bool is_of_token = found != known->end() && found->second.generation == generation;
  return is_of_token ? found->second.text : nullptr;
}

KnownLearned::Text KnownLearned::read(const TokenKey& key, std::int64_t generation) {
  auto learned = read_learned(context_, key.client);
  if (!learned) {
    context_.log.failed("What came with a token cannot be read.", learned.error(),
                        {{"oauth_client", key.client.uuid}});
    return std::make_shared<const std::string>();  // asked for again with the next look-up
  }
  auto text = std::make_shared<const std::string>(learned->empty() ? "" : to_json(*learned));
  known_.lock()->insert_or_assign(key, Known{.generation = generation, .text = text});
  return text;
}

}  // namespace strongroom::vault
