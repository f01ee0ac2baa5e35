#include "api/client_certificates.h"

#include <utility>

#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kCollection = "/api/v1/target-systems";
constexpr std::size_t kLongestFile = std::size_t{88} * 1024;  // 64 KiB in base64
constexpr std::size_t kLongestPassword = 1023;

vault::NewClientCertificate read_client_certificate(ObjectReader& item) {
  vault::NewClientCertificate given;
  given.keep = read_kept(item);
  given.certificate = item.text("certificate", kLongestFile).value_or("");
  if (const auto file = item.secret("private_key", kLongestFile)) {
    given.private_key = vault::ClientKeyFile(file->view());
  }
  if (const auto file = item.secret("pkcs12", kLongestFile)) {
    given.pkcs12 = vault::Pkcs12File(file->view());
  }
  if (const auto password = item.secret("password", kLongestPassword)) {
    given.password = decltype(given.password)(password->view());
  }
  return given;
}

http::Response pem_response(std::string body) {
  http::Response response;
  response.body = std::move(body);
  response.content_type = "application/x-pem-file";
  return response;
}

// GET …/certificate-request: what is sent to who issues certificates (PKCS#10).
Result<http::Response> certificate_request(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::TargetSystemId>(0));
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const auto key_id = query.text("kid");
  const auto name = query.text("common_name");
  if (!name) query.refuse("common_name", "Say whose certificate it will be: the common name.");
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_TRY(std::string request, services.target_systems.certificate_request(
                                          call.actor(), id, key_id, name.value_or("")));
  return pem_response(std::move(request));
}

// GET …/certificate: what is registered at the provider.
Result<http::Response> certificate(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::TargetSystemId>(0));
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  std::optional<Uuid> which;
  if (const auto text = query.text("certificate")) {
    which = Uuid::parse(*text);
    if (!which) query.refuse("certificate", "This is not an id.");
  }
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_TRY(std::string own, services.target_systems.certificate(call.actor(), id, which));
  return pem_response(std::move(own));
}

}  // namespace

std::optional<Uuid> read_kept(ObjectReader& item) {
  const auto text = item.text("id");
  if (!text) return std::nullopt;
  const auto id = Uuid::parse(*text);
  if (!id) item.refuse("id", "This is not an id.");
  return id;
}

std::optional<std::vector<vault::NewClientCertificate>> read_client_certificates(
    ObjectReader& body) {
  std::vector<vault::NewClientCertificate> certificates;
  const bool given = body.objects("client_certificates", vault::kMaxClientCertificates,
                                  [&certificates](ObjectReader& item) {
                                    certificates.push_back(read_client_certificate(item));
                                  });
  if (!given) return std::nullopt;
  return certificates;
}

void write_client_certificates(JsonWriter& json, const vault::TargetSystem& system) {
  json.begin_array("client_certificates");
  for (const vault::ClientCertificateInfo& one : system.client_certificates) {
    json.begin_object();
    json.member("id", one.id);
    json.member("subject", one.subject);
    json.member("x5t_s256", one.x5t_s256);
    json.member("not_before", one.not_before);
    json.member("not_after", one.not_after);
    json.member("kid", one.key_id);
    json.member("key_type", one.key_type);
    json.member("created_at", one.created_at);
    json.end_object();
  }
  json.end_array();
}

void add_client_certificate_routes(const Services& services, std::vector<Route>& routes) {
  routes.push_back(
      {"GET", "/api/v1/target-systems/{id}/certificate-request", kCollection, Caller::kPerson, true,
       answering([&services](const Call& call) { return certificate_request(services, call); })});
  routes.push_back(
      {"GET", "/api/v1/target-systems/{id}/certificate", kCollection, Caller::kPerson, true,
       answering([&services](const Call& call) { return certificate(services, call); })});
}

}  // namespace strongroom::api
