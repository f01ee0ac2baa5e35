// GET /api/v1/public-url, and POST /api/v1/public-url/check.

#include "api/public_url.h"

#include <memory>

#include "api/json_writer.h"
#include "api/object_reader.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kPath = "/api/v1/public-url";

std::string_view state_of(PublicUrlVerdict verdict) {
  if (verdict == PublicUrlVerdict::kUnchecked) return "unchecked";
  return verdict == PublicUrlVerdict::kOk ? "ok" : "failed";
}

http::Response answer_of(const PublicUrlReport& report) {
  const PublicUrlWords words = words_of(report.verdict);
  JsonWriter json;
  json.begin_object();
  json.member("url", report.url);
  json.member("state", state_of(report.verdict));
  if (words.cause.empty()) {
    json.member("cause", nullptr);
  } else {
    json.member("cause", words.cause);
  }
  json.member("message", words.message.view());
  json.member("advice", words.advice.view());
  json.member("checked_at", report.checked_at);
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> show(const Services& services, const Call& call) {
  STRONGROOM_CHECK(call.actor().need(Permission::kView));
  return answer_of(services.public_url.last());
}

// The way there may be long, so no worker waits for it.
void check(const Services& services, Call call) {
  const Status may = call.actor().need_everywhere(Permission::kConfigure);
  if (!may) return std::move(call).answer(may.error());
  const Status nothing = ObjectReader::expect_nothing(call.request());
  if (!nothing) return std::move(call).answer(nothing.error());
  services.public_url.check(
      [waiting = std::make_shared<Call>(std::move(call))](const PublicUrlReport& report) {
        std::move(*waiting).answer(answer_of(report));
      });
}

}  // namespace

PublicUrlWords words_of(PublicUrlVerdict verdict) {
  switch (verdict) {
    case PublicUrlVerdict::kUnchecked:
      return {"", "The server has not tried its public URL yet.", ""};
    case PublicUrlVerdict::kOk:
      return {"", "The public URL leads to this server.", ""};
    case PublicUrlVerdict::kNameNotFound:
      return {"name_not_found", "The host name in the public URL is not found from this server.",
              "If people's machines find it, because names mean something else there (split DNS), "
              "nothing is wrong. Otherwise correct server.public_url, or the name service."};
    case PublicUrlVerdict::kNotReached:
      return {
          "not_reached",
          "Nothing accepts a connection at the public URL, as seen from this server.",
          "If people reach it, and only this server has no way back to itself, nothing is wrong. "
          "Otherwise check the host and port in server.public_url, the proxy in front and the "
          "firewalls between."};
    case PublicUrlVerdict::kNoAnswer:
      return {
          "no_answer",
          "At the public URL, as seen from this server, a connection is accepted and then no "
          "whole answer comes.",
          "If people reach it, nothing is wrong. Otherwise check the proxy in front, and that it "
          "speaks HTTPS to this server."};
    case PublicUrlVerdict::kCertificateNotTrusted:
      return {"certificate_not_trusted",
              "The certificate at the public URL is not of a CA that this server trusts.",
              "If browsers and robots trust it, nothing is wrong, and http.extra_ca_file lets this "
              "server trust that CA too. Otherwise they are warned, or do not connect."};
    case PublicUrlVerdict::kCertificateOtherName:
      return {"certificate_other_name",
              "The certificate at the public URL is for another host name.",
              "Give the server, or the proxy in front, a certificate for the host in "
              "server.public_url, or correct that setting."};
    case PublicUrlVerdict::kCertificateExpired:
      return {"certificate_expired", "The certificate at the public URL has expired.",
              "Renew it at the server, or at the proxy in front."};
    case PublicUrlVerdict::kTlsFailed:
      return {"tls_failed", "At the public URL no encrypted connection comes about.",
              "Check that the port in server.public_url is one for HTTPS, and the certificate and "
              "TLS versions of the proxy in front."};
    case PublicUrlVerdict::kRedirect:
      return {
          "redirect", "The public URL answers with a redirect to another address.",
          "Set server.public_url to the address where people end up, or have the proxy in front "
          "hand requests on instead of redirecting them."};
    case PublicUrlVerdict::kGateway:
      return {
          "gateway_error", "A proxy at the public URL answers that it does not reach this server.",
          "Check the address of this server in the proxy, and that the proxy speaks HTTPS to it "
          "and trusts its certificate."};
    case PublicUrlVerdict::kAnotherServer:
      return {"another_server",
              "At the public URL something else than this server answers: another server, the "
              "sign-in page of a portal, or the proxy in front by itself.",
              "Have the proxy in front hand all paths on to this server, or correct "
              "server.public_url."};
    case PublicUrlVerdict::kPathChanged:
      return {
          "path_changed",
          "The public URL leads to this server, but the path of a request changes on the way.",
          "Have the proxy in front hand paths on as they are. Where server.public_url has a path, "
          "the proxy must take away exactly that."};
    case PublicUrlVerdict::kNotTried:
      return {"not_tried", "The server had no means to try its public URL just now.",
              "Try again; the log says more."};
  }
  return {"not_tried", "The server had no means to try its public URL just now.", ""};
}

void add_public_url_routes(const Services& services, std::vector<Route>& routes) {
  routes.push_back({"GET", kPath, kPath, Caller::kPerson, false,
                    answering([&services](const Call& call) { return show(services, call); })});
  routes.push_back({"POST", "/api/v1/public-url/check", kPath, Caller::kPerson, true,
                    [&services](Call call) { check(services, std::move(call)); }});
}

}  // namespace strongroom::api
