#include "vault/signing_material.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "catalogue/catalogue.h"
#include "catalogue/oauth1_settings.h"
#include "oauth/oauth1_credentials.h"
#include "oauth/oauth1_header.h"
#include "oauth/oauth1_signature.h"
#include "vault/client_keys.h"
#include "vault/consumer_secrets.h"
#include "vault/credential_use.h"
#include "vault/target_system_record.h"
#include "vault/usable_credentials.h"

namespace strongroom::vault {
namespace {

// As a form: what oauth signs.
std::string form_of(const RequestToAuthorize& request) {
  std::string form;
  for (const RequestToAuthorize::FormParameter& one : request.form) {
    if (!form.empty()) form.push_back('&');
    form.append(oauth::oauth1_encode(one.name)).push_back('=');
    form.append(oauth::oauth1_encode(one.value));
  }
  return form;
}

bool is_reserved(std::string_view name) { return name.starts_with("oauth_"); }

Error wrong(LiteralText message, const char* field) {
  return Error{Code::kInvalidArgument, message}.at(field);
}

}  // namespace

Result<std::shared_ptr<const SigningMaterial>> read_signing_material(
    Context& context, storage::Snapshot& snapshot, const storage::TargetSystemRow& row) {
  using Read = std::shared_ptr<const SigningMaterial>;
  STRONGROOM_TRY(const TargetSystem system, to_target_system(row));
  const catalogue::ProviderPtr provider = context.catalogue.find(row.service_provider);
  if (provider == nullptr || !provider->oauth1) return Read();
  const auto method = catalogue::choose_signature_method(*provider, system.signature_method);
  if (!method) return Read();
  STRONGROOM_TRY(auto credentials, storage::consumer_secrets_of(snapshot, row.id));
  const WallTime now = context.clock.now();
  if (!keep_usable(*provider, system, now, credentials)) return Read();
  put_remembered_first(credentials, now);
  return std::make_shared<const SigningMaterial>(
      SigningMaterial{.system = row,
                      .credential = std::move(credentials.front()),
                      .method = *method,
                      .realm = catalogue::oauth1_realm(*provider, system.endpoint_parameters)});
}

Status check_signable(const RequestToAuthorize& request) {
  if (std::ranges::any_of(request.form, is_reserved, &RequestToAuthorize::FormParameter::name)) {
    return wrong("A parameter whose name begins with oauth_ would be there twice.",
                 "form_parameters");
  }
  const auto query = oauth::read_signed_parameters(request.query);
  if (!query) return wrong(query.error().message, "url");
  if (std::ranges::any_of(*query, is_reserved, &oauth::Oauth1Parameter::name)) {
    return wrong("A parameter whose name begins with oauth_ would be there twice.", "url");
  }
  const auto text = oauth::signature_base_string(request.method, request.url, {});
  if (text) return {};
  const ErrorValue* const field = text.error().find("field");
  const bool at_method = field != nullptr && std::get<FieldPointer>(*field).text == "/method";
  return wrong(text.error().message, at_method ? "method" : "url");
}

Result<RequestHeader> signed_header(const Context& context, const SigningMaterial& material,
                                    std::string_view token, const RequestToAuthorize& request) {
  STRONGROOM_TRY(const oauth::Oauth1Credentials credentials, oauth::credentials_from_text(token));
  std::optional<oauth::ConsumerSecret> secret;
  std::optional<crypto::PrivateKey> key;
  if (material.method == catalogue::SignatureMethod::kRsaSha1) {
    STRONGROOM_TRY(
        key, open_client_key(context.sealer, material.system, material.credential, context.tokens));
  } else {
    STRONGROOM_TRY(secret,
                   open_consumer_secret(context.sealer, material.system, material.credential));
  }
  STRONGROOM_TRY(const oauth::Oauth1Stamp stamp,
                 oauth::new_stamp(context.random, context.clock.now()));
  const std::string form = form_of(request);
  STRONGROOM_TRY(const http::SecretHeader header,
                 oauth::oauth1_authorization(
                     {.consumer_key = material.system.consumer_key,
                      .method = material.method,
                      .consumer_secret = secret ? &*secret : nullptr,
                      .private_key = key ? &*key : nullptr,
                      .credentials = &credentials,
                      .realm = material.realm},
                     {.method = request.method, .address = request.url, .form = form}, stamp));
  constexpr std::string_view kBefore = "Authorization: ";
  return RequestHeader{"Authorization", HeaderLetters(header.reveal().substr(kBefore.size()))};
}

}  // namespace strongroom::vault
