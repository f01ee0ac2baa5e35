#include "api/lookup.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>
#include <vector>

#include "api/call.h"
#include "api/error_response.h"
#include "api/router.h"
#include "base/json.h"
#include "base/unicode.h"
#include "http/message.h"
#include "http/request_head.h"
#include "vault/oauth_clients.h"

namespace strongroom::api {
namespace {

constexpr std::int64_t kMostSeconds = 0x7fffffff;
constexpr std::size_t kRoomForMembers = 512;  // of an answer: what is always there
constexpr std::size_t kLongestEscape = 6;     // of one byte, as JSON: \u001b

Error bad_parameter(LiteralText message, std::string_view name) {
  return Error{Code::kInvalidArgument, message}.at(std::string(name));
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

Result<Seconds> read_seconds(std::string_view text, std::string_view name) {
  std::int64_t seconds = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (problem != std::errc{} || end != text.data() + text.size() || seconds < 0 ||
      seconds > kMostSeconds) {
    return bad_parameter("This must be a whole number of seconds, from 0 to 2147483647.", name);
  }
  return Seconds(seconds);
}

Result<WallTime> read_deadline(std::string_view text) {
  if (const auto time = parse_rfc3339(text)) return *time;
  return bad_parameter("This must be a date and time, as 2026-11-24T06:00:00Z (RFC 3339).",
                       "deadline");
}

// Where the parameters of a query go. Names are literals, so an error may show them.
struct Slot {
  std::string_view name;
  std::string* text;
  bool seen = false;
};

Status read_pair(std::string_view pair, std::span<Slot> slots) {
  const std::size_t equals = std::min(pair.find('='), pair.size());
  const auto slot = std::ranges::find(slots, pair.substr(0, equals), &Slot::name);
  if (slot == slots.end()) {
    return Error{Code::kInvalidArgument, "The query has a parameter that look-ups do not know."};
  }
  if (std::exchange(slot->seen, true)) {
    return bad_parameter("This parameter is there twice.", slot->name);
  }
  const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
  if (!http::percent_decode(value, true, *slot->text) || !is_utf8(*slot->text)) {
    return bad_parameter("This parameter is not percent-encoded UTF-8.", slot->name);
  }
  if (std::ranges::any_of(*slot->text, is_control)) {
    return bad_parameter("This parameter has a control character.", slot->name);
  }
  return {};
}

// What is said of min_ttl is of the parameter that wanted that life, whichever it was.
Error at_parameter(Error error, LiteralText named) {
  if (error.problem != LiteralText("lifetime_unknown")) return error;
  std::erase_if(error.parameters, [](const auto& one) { return one.name.view() == "field"; });
  return std::move(error).at(std::string(named.view()));
}

void add_member(std::string& out, std::string_view name, std::string_view text) {
  out.append(name);
  append_json_string(out, text);
}

}  // namespace

Result<LookupQuery> read_lookup_query(std::string_view query, bool by_id) {
  LookupQuery wanted;
  std::string min_ttl;
  std::string run;
  std::string deadline;
  std::array slots{Slot{"min_ttl", &min_ttl},
                   Slot{"resource", &wanted.resource},
                   Slot{"run", &run},
                   Slot{"deadline", &deadline},
                   Slot{"project", &wanted.project},
                   Slot{"target_system", &wanted.target_system},
                   Slot{"label", &wanted.label}};
  constexpr std::size_t kOptional = 4;  // what comes first
  const std::span<Slot> known = by_id ? std::span(slots).first(kOptional) : std::span<Slot>(slots);
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    if (end > 0) STRONGROOM_CHECK(read_pair(query.substr(0, end), known));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  for (const Slot& slot : known.subspan(kOptional)) {
    if (slot.text->empty()) return bad_parameter("This parameter is needed.", slot.name);
  }
  if (slots[1].seen && wanted.resource.empty()) {
    return bad_parameter("This parameter is empty.", "resource");
  }
  if (slots[0].seen) {
    STRONGROOM_TRY(wanted.min_ttl, read_seconds(min_ttl, "min_ttl"));
  }
  if (slots[2].seen) {
    STRONGROOM_TRY(wanted.run, read_seconds(run, "run"));
  }
  if (slots[3].seen) {
    STRONGROOM_TRY(wanted.deadline, read_deadline(deadline));
  }
  return wanted;
}

Result<LifeWanted> life_wanted(const LookupQuery& query, WallTime now) {
  LifeWanted wanted{.least = query.min_ttl};
  if (query.run && query.run > wanted.least) wanted = {query.run, "run"};
  if (!query.deadline) return wanted;
  // Whole seconds, upwards: the promise holds until the deadline, not until just before it.
  const Seconds left = std::chrono::ceil<Seconds>(*query.deadline - now);
  if (left <= Seconds{0}) return bad_parameter("This deadline is over.", "deadline");
  if (left.count() > kMostSeconds) {
    return bad_parameter("No token is promised for that long.", "deadline");
  }
  if (left > wanted.least) wanted = {left, "deadline"};
  return wanted;
}

// `id` is a part of the request, which lives as long as its Responder.
void LookupRoute::answer(const http::Request& request, http::Responder responder,
                         std::string_view id, const Uuid& request_id) const {
  if (!RobotAuthentication::may_be_proven(request)) {
    return answer(std::move(responder), id, request_id, std::nullopt);
  }
  // Read here for its project alone: what is wrong with it is said to who has proved a robot.
  const auto wanted = read_lookup_query(request.query, !id.empty());
  vault::RobotProofs::For what{.project =
                                   wanted ? std::string_view(wanted->project) : std::string_view()};
  if (!id.empty()) what.client = vault::OAuthClientId::parse(id).value_or(vault::OAuthClientId{});
  robots_.prove(
      request, std::move(responder), request_id, what,
      [this, id, request_id](http::Responder proving, const vault::RobotProofs::Proven& proven) {
        answer(std::move(proving), id, request_id, proven);
      });
}

void LookupRoute::answer(http::Responder responder, std::string_view id, const Uuid& request_id,
                         const vault::RobotProofs::Proven& proven) const {
  const http::Request& request = responder.request();
  const std::string request_text = request_id.text();
  vault::LookupQuestion question{.robot_key = bearer_credential(request.authorization),
                                 .proven = proven,
                                 .in_the_name_of = RobotAuthentication::named_robot(request),
                                 .project = {},
                                 .target_system = {},
                                 .label = {},
                                 .id = {},
                                 .min_ttl = {},
                                 .resource = {},
                                 .peer = request.peer,
                                 .request_id = request_text};
  auto wanted = read_lookup_query(request.query, !id.empty());
  auto life = wanted ? life_wanted(*wanted, clock_.now()) : Result<LifeWanted>(LifeWanted{});
  if (!wanted || !life) {
    const Status known = lookups_.check_key(question);
    const Error& wrong = wanted ? life.error() : wanted.error();
    http::Response refused = robots_.refusal(known ? wrong : known.error(), responder, request_id);
    return std::move(responder).send(std::move(refused));
  }
  if (!id.empty()) {
    // What is no id is asked for all the same, as an id that nothing has: same answer, same work.
    question.id = vault::OAuthClientId::parse(id).value_or(vault::OAuthClientId{});
  }
  question.project = wanted->project;
  question.target_system = wanted->target_system;
  question.label = wanted->label;
  question.min_ttl = life->least;
  question.resource = wanted->resource;
  lookups_.ask(question, [this, request_id, named = life->named, responder = std::move(responder)](
                             Result<vault::Handout> handout) mutable {
    if (!handout) {
      http::Response refused =
          robots_.refusal(at_parameter(handout.error(), named), responder, request_id);
      return std::move(responder).send(std::move(refused));
    }
    std::move(responder).send(
        [this, request_id, handout = *std::move(handout)] { return body(handout, request_id); });
  });
}

Result<std::string> lookup_body(vault::Lookups& lookups, const Clock& clock,
                                const vault::Handout& handout) {
  const vault::ClientEntry& client = *handout.found.client;
  const vault::TokenEntry& token = *handout.token;
  std::string out;
  // All of it at once: a buffer that grows would leave the token behind in the one before.
  const std::size_t learned_bytes = handout.learned ? handout.learned->size() : 0;
  out.reserve(token.sealed.size() + kRoomForMembers + learned_bytes +
              kLongestEscape *
                  (handout.found.project->name.size() + handout.found.target_system->name.size() +
                   client.label.size() + token.scope.size() + handout.resource.size()));
  client.id.uuid.append_text(out.append("{\"id\":\""));
  add_member(out, "\",\"project\":", handout.found.project->name);
  add_member(out, ",\"target_system\":", handout.found.target_system->name);
  add_member(out, ",\"service_provider\":", handout.found.target_system->service_provider);
  add_member(out, ",\"label\":", client.label);
  if (!handout.resource.empty()) add_member(out, ",\"resource\":", handout.resource);
  // A token that was accepted has no character that JSON would have to escape (A-058).
  out.append(",\"access_token\":\"");
  STRONGROOM_CHECK(lookups.collect(handout, out));
  add_member(out, "\",\"token_type\":", token.token_type);
  add_member(out, ",\"scope\":", token.scope);
  if (token.deadline) {
    const Milliseconds left = token.deadline->left(clock.now(), clock.boot_now());
    const auto whole = std::chrono::floor<Seconds>(std::max(left, Milliseconds{0}));
    append_rfc3339(out.append(",\"expires_at\":\""), *token.expires_at);
    out.append("\",\"expires_in\":").append(std::to_string(whole.count()));
  } else {
    out.append(",\"expires_at\":null,\"expires_in\":null");
  }
  append_rfc3339(out.append(",\"refreshed_at\":\""), token.refreshed_at);
  out.append("\"");
  if (learned_bytes > 0) out.append(",\"learned\":").append(*handout.learned);
  out.append("}");
  return out;
}

void add_old_label(http::Response& response, WallTime until) {
  const WallTime replaced_at = until - vault::kOldLabelLifetime;
  response.headers.push_back(
      {"Deprecation",
       "@" + std::to_string(std::chrono::floor<Seconds>(replaced_at).time_since_epoch().count())});
  response.headers.push_back(
      {"Sunset", http::http_date(std::chrono::system_clock::to_time_t(until))});
}

http::Response LookupRoute::body(const vault::Handout& handout, const Uuid& request_id) const {
  auto letters = lookup_body(lookups_, clock_, handout);
  if (!letters) return error_response(letters.error(), request_id);
  http::Response response;
  response.body = *std::move(letters);
  response.secret = true;
  response.headers.push_back({"X-Request-Id", request_id.text()});
  if (handout.found.by_old_label) add_old_label(response, handout.found.old_label_until);
  return response;
}

}  // namespace strongroom::api
