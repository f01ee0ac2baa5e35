#include "vault/authorization_record.h"

#include <charconv>
#include <cstdint>
#include <map>
#include <utility>

#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "vault/json_texts.h"

namespace strongroom::vault {
namespace {

using Texts = std::map<std::string, std::string>;

Error damaged(const char* what) { return Error{Code::kCorrupt, "A stored row is damaged.", what}; }

crypto::Place details_place(ProjectId project, const storage::AuthorizationRow& row) {
  return {.table = "authorizations",
          .row = row.id,
          .column = "sealed_details",
          .scope = crypto::KeyScope{project.uuid},
          .generation = row.generation,
          .destination = {}};
}

crypto::Place answer_place(ProjectId project, const storage::AuthorizationRow& row) {
  crypto::Place place = details_place(project, row);
  place.column = "sealed_answer";
  return place;
}

crypto::Place flow_place(ProjectId project, const Uuid& authorization) {
  return {.table = "sign_in_flows",
          .row = authorization,
          .column = "sealed_flow",
          .scope = crypto::KeyScope{project.uuid},
          .generation = 0,
          .destination = {}};
}

std::string text_of(const Texts& texts, const char* name) {
  const auto found = texts.find(name);
  return found == texts.end() ? std::string() : found->second;
}

Uuid uuid_of(const Texts& texts, const char* name) {
  return Uuid::parse(text_of(texts, name)).value_or(Uuid{});
}

std::string as_hex(std::string_view bytes) {
  return crypto::hex(std::as_bytes(std::span(bytes.data(), bytes.size())));
}

std::string from_hex(const Texts& texts, const char* name) {
  return crypto::hex_decode(text_of(texts, name)).value_or("");
}

void wipe_all(Texts& texts) {
  for (auto& text : texts) wipe(text.second);
}

using SealedTexts = Secret<struct SealedTextsKind>;

Result<Texts> open_texts(const crypto::Sealer& sealer, const crypto::Place& place,
                         std::string_view sealed) {
  STRONGROOM_TRY(const SealedTexts opened, sealer.open<SealedTexts>(place, sealed));
  return text_map_from_json(opened.reveal());
}

Result<std::string> seal_texts(crypto::Sealer& sealer, const crypto::Place& place, Texts texts) {
  std::string json = to_json(texts);
  auto sealed = sealer.seal(place, json);
  wipe(json);
  wipe_all(texts);
  return sealed;
}

void add_device(const DeviceFlow& device, Texts& texts) {
  texts["device_code"] = std::string(device.code.reveal());
  texts["user_code"] = device.prompt.user_code;
  texts["verification_uri"] = device.prompt.verification_uri;
  texts["verification_uri_complete"] = device.prompt.verification_uri_complete;
  texts["interval"] = std::to_string(device.prompt.interval.count());
  texts["with_id_token"] = device.with_id_token ? "yes" : "";
}

DeviceFlow device_of(const Texts& texts) {
  const std::string interval = text_of(texts, "interval");
  std::int64_t seconds = 0;
  std::from_chars(interval.data(), interval.data() + interval.size(), seconds);
  const Seconds pause = seconds > 0 ? Seconds(seconds) : oauth::kDefaultPollInterval;
  return {.code = oauth::DeviceCode(texts.at("device_code")),
          .prompt = {.user_code = text_of(texts, "user_code"),
                     .verification_uri = text_of(texts, "verification_uri"),
                     .verification_uri_complete = text_of(texts, "verification_uri_complete"),
                     .interval = pause},
          .with_id_token = !text_of(texts, "with_id_token").empty()};
}

}  // namespace

std::string hash_of(std::string_view secret) {
  const crypto::Sha256Digest digest = crypto::sha256(secret);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

audit::Account account_of(const AuthorizationDetails& details) {
  if (!details.account) return {};
  return {details.account->issuer, details.account->subject, details.account->tenant};
}

Status seal_details(crypto::Sealer& sealer, ProjectId project, const AuthorizationDetails& details,
                    const oauth::AnswerBytes* answer, storage::AuthorizationRow& row) {
  ++row.generation;
  Texts texts{{"asker_name", details.asker_name},
              {"binding_hash", as_hex(details.binding_hash)},
              {"opener", details.opener.text()},
              {"reason", details.reason ? std::string(to_text(*details.reason)) : ""},
              {"destination", as_hex(details.destination)},
              {"consumer_key", details.consumer_key}};
  if (!details.learned.empty()) texts["learned"] = to_json(details.learned);
  if (details.account) {
    texts["issuer"] = details.account->issuer;
    texts["subject"] = details.account->subject;
    texts["tenant"] = details.account->tenant;
    texts["name"] = details.account->name;
  }
  STRONGROOM_TRY(row.sealed_details,
                 seal_texts(sealer, details_place(project, row), std::move(texts)));
  row.sealed_answer.reset();
  if (answer == nullptr) return {};
  STRONGROOM_TRY(row.sealed_answer, sealer.seal(answer_place(project, row), answer->reveal()));
  return {};
}

Result<AuthorizationDetails> open_details(const crypto::Sealer& sealer, ProjectId project,
                                          const storage::AuthorizationRow& row) {
  STRONGROOM_TRY(const Texts texts,
                 open_texts(sealer, details_place(project, row), row.sealed_details));
  AuthorizationDetails details{.asker_name = text_of(texts, "asker_name"),
                               .binding_hash = from_hex(texts, "binding_hash"),
                               .opener = uuid_of(texts, "opener"),
                               .account = {},
                               .reason = confirmation_reason_from_text(text_of(texts, "reason")),
                               .destination = from_hex(texts, "destination"),
                               .consumer_key = text_of(texts, "consumer_key")};
  if (texts.contains("learned")) {
    STRONGROOM_TRY(details.learned, text_map_from_json(text_of(texts, "learned")));
  }
  if (texts.contains("subject")) {
    details.account = BoundAccount{text_of(texts, "issuer"), text_of(texts, "subject"),
                                   text_of(texts, "tenant"), text_of(texts, "name")};
  }
  return details;
}

Result<oauth::AnswerBytes> open_answer(const crypto::Sealer& sealer, ProjectId project,
                                       const storage::AuthorizationRow& row) {
  if (!row.sealed_answer) return damaged("authorization without an answer");
  return sealer.open<oauth::AnswerBytes>(answer_place(project, row), *row.sealed_answer);
}

Result<std::string> seal_flow(crypto::Sealer& sealer, ProjectId project, AuthorizationId id,
                              const SignInFlow& flow) {
  Texts texts{{"binding_hash", as_hex(flow.binding_hash)},
              {"redirect_uri", flow.redirect_uri},
              {"issuer", flow.issuer},
              {"issuer_promised", flow.issuer_promised ? "yes" : ""},
              {"openid_issuer", flow.openid_issuer},
              {"jwks_uri", flow.jwks_uri},
              {"tenant", flow.tenant},
              {"consumer_key", flow.consumer_key},
              {"destination", as_hex(flow.destination)},
              {"opener", flow.opener.text()}};
  if (flow.verifier) texts["verifier"] = std::string(flow.verifier->text().reveal());
  if (flow.nonce) texts["nonce"] = std::string(flow.nonce->reveal());
  if (flow.temporary) {
    const oauth::AccessToken text = oauth::to_one_text(*flow.temporary);
    texts["temporary"] = std::string(text.reveal());
  }
  if (flow.device) add_device(*flow.device, texts);
  return seal_texts(sealer, flow_place(project, id.uuid), std::move(texts));
}

Result<SignInFlow> open_flow(const crypto::Sealer& sealer, ProjectId project,
                             const storage::SignInFlowRow& row) {
  STRONGROOM_TRY(Texts texts,
                 open_texts(sealer, flow_place(project, row.authorization_id), row.sealed_flow));
  SignInFlow flow{.verifier = {},
                  .nonce = {},
                  .temporary = {},
                  .binding_hash = from_hex(texts, "binding_hash"),
                  .redirect_uri = text_of(texts, "redirect_uri"),
                  .issuer = text_of(texts, "issuer"),
                  .issuer_promised = !text_of(texts, "issuer_promised").empty(),
                  .openid_issuer = text_of(texts, "openid_issuer"),
                  .jwks_uri = text_of(texts, "jwks_uri"),
                  .tenant = text_of(texts, "tenant"),
                  .consumer_key = text_of(texts, "consumer_key"),
                  .destination = from_hex(texts, "destination"),
                  .opener = uuid_of(texts, "opener")};
  if (texts.contains("verifier")) {
    STRONGROOM_TRY(flow.verifier,
                   oauth::CodeVerifier::parse(oauth::CodeVerifierText(texts["verifier"])));
  }
  if (texts.contains("nonce")) flow.nonce = oauth::Nonce(texts["nonce"]);
  bool is_damaged = false;
  if (texts.contains("temporary")) {
    auto temporary = oauth::credentials_from_text(texts["temporary"]);
    is_damaged = !temporary;
    if (temporary) flow.temporary = *std::move(temporary);
  }
  if (texts.contains("device_code")) flow.device = device_of(texts);
  wipe_all(texts);
  if (is_damaged) return damaged("sign-in flow with other credentials");
  if (flow.binding_hash.empty() && !flow.device) return damaged("sign-in flow without a browser");
  return flow;
}

}  // namespace strongroom::vault
