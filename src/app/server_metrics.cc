#include "app/server_metrics.h"

#include <array>
#include <chrono>
#include <limits>

namespace strongroom::app {
namespace {

double number(std::uint64_t count) { return static_cast<double>(count); }

void add_lookups(const vault::Lookups& lookups, std::vector<Metric>& metrics) {
  const vault::LookupCounters counted = lookups.counters();
  const auto add = [&](std::string_view result, std::uint64_t count) {
    metrics.push_back({"strongroom_lookups_total",
                       "Look-ups answered, by result.",
                       MetricKind::kCounter,
                       number(count),
                       {{"result", std::string(result)}}});
  };
  add("handed_out", counted.handed_out);
  add("denied", counted.denied);
  add("unauthenticated", counted.unauthenticated);
  add("rate_limited", counted.rate_limited);
  add("failed", counted.failed);
  metrics.push_back({"strongroom_canary_touched_total",
                     "Times that a canary was asked for: each is an alarm.", MetricKind::kCounter,
                     number(counted.canaries_touched)});
  metrics.push_back({"strongroom_lookups_waiting",
                     "Look-ups that wait for a provider or for the audit trail.",
                     MetricKind::kGauge, number(lookups.waiting())});
}

void add_launches(const vault::Launches& launches, std::vector<Metric>& metrics) {
  const vault::LaunchCounters counted = launches.counters();
  const auto add = [&](std::string_view result, std::uint64_t count) {
    metrics.push_back({"strongroom_launches_total",
                       "Launches of Basic Engine Robots, by result.",
                       MetricKind::kCounter,
                       number(count),
                       {{"result", std::string(result)}}});
  };
  add("delivered", counted.delivered);
  add("denied", counted.denied);
  add("failed", counted.failed);
}

void add_secret_lookups(const vault::SecretLookups& lookups, std::vector<Metric>& metrics) {
  const vault::SecretLookupCounters counted = lookups.counters();
  const auto add = [&](std::string_view result, std::uint64_t count) {
    metrics.push_back(
        {"strongroom_secret_lookups_total",
         "Look-ups of secrets answered, by result; wrong keys and robots that ask too "
         "often count among strongroom_lookups_total.",
         MetricKind::kCounter,
         number(count),
         {{"result", std::string(result)}}});
  };
  add("handed_out", counted.handed_out);
  add("denied", counted.denied);
  add("failed", counted.failed);
  add("extracted", counted.extracted);
}

void add_retrievals(vault::Retrievals& retrievals, std::vector<Metric>& metrics) {
  const vault::RetrievalCounters counted = retrievals.counters();
  metrics.push_back({"strongroom_token_requests_total", "Token requests sent to providers.",
                     MetricKind::kCounter, number(counted.requests)});
  const auto add = [&](std::string_view result, std::uint64_t count) {
    metrics.push_back({"strongroom_token_retrievals_total",
                       "Retrievals ended, by result.",
                       MetricKind::kCounter,
                       number(count),
                       {{"result", std::string(result)}}});
  };
  add("success", counted.successes);
  add("failure", counted.failures);
  metrics.push_back({"strongroom_token_retrievals_in_flight", "Clients being retrieved now.",
                     MetricKind::kGauge, number(retrievals.in_flight())});
}

void add_providers(const CountingParts& parts, std::vector<Metric>& metrics) {
  const vault::GateCounts counted = parts.gates.counts();
  const auto add = [&](std::string_view name, std::string_view help, std::size_t count) {
    metrics.push_back({name, help, MetricKind::kGauge, number(count)});
  };
  add("strongroom_provider_breaker_open",
      "Token endpoints that fail and are asked for one client at a time.", counted.open);
  add("strongroom_provider_requests_in_flight", "Token requests under way, of all hosts.",
      counted.inside);
  add("strongroom_provider_requests_waiting", "Token requests that wait for their turn.",
      counted.waiting);
  add("strongroom_target_systems_at_fault",
      "Target systems whose provider does not accept their credentials.",
      parts.faults.list().size());
}

void add_notifications(const Notifier& notifier, std::vector<Metric>& metrics) {
  const notify::DeliveryCounters told = notifier.counters();
  const auto add = [&](std::string_view result, std::uint64_t count) {
    metrics.push_back({"strongroom_notifications_total",
                       "Tries to tell somebody of an event, by what came of them.",
                       MetricKind::kCounter,
                       number(count),
                       {{"result", std::string(result)}}});
  };
  add("taken", told.taken);
  add("failed", told.failed);
  add("given_up", told.given_up);
  add("dropped", notifier.dropped());
  const storage::NotificationCounts deliveries = notifier.deliveries();
  const auto gauge = [&](std::string_view name, std::string_view help, std::int64_t count) {
    metrics.push_back({name, help, MetricKind::kGauge, static_cast<double>(count)});
  };
  gauge("strongroom_notifications_waiting", "Events that somebody has not taken yet.",
        deliveries.waiting);
  gauge("strongroom_notifications_dead", "Events that were given up.", deliveries.dead);
  gauge("strongroom_notifications_behind",
        "Events of the audit trail that were not looked at yet for whom to tell.",
        notifier.behind());
}

void add_provider_requests(const vault::Retrievals& retrievals, std::vector<Metric>& metrics) {
  constexpr std::array<std::string_view, vault::kProviderResults> kResults{
      "success", "refused", "needs_sign_in", "unavailable"};
  for (const auto& [provider, counts] : retrievals.provider_counts()) {
    for (std::size_t i = 0; i < kResults.size(); ++i) {
      metrics.push_back({"strongroom_provider_requests_total",
                         "Token requests that ended, by entry of the catalogue and result.",
                         MetricKind::kCounter,
                         number(counts[i]),
                         {{"service_provider", provider}, {"result", std::string(kResults[i])}}});
    }
  }
}

void add_verifications(const vault::VerificationSchedule& schedule, std::vector<Metric>& metrics) {
  constexpr std::array<std::string_view, vault::VerificationSchedule::kOutcomes> kResults{
      "works", "refused", "unknown", "not_asked"};
  const auto counts = schedule.counts();
  for (std::size_t i = 0; i < kResults.size(); ++i) {
    metrics.push_back(
        {"strongroom_scheduled_verifications_total",
         "Tokens that were tried at their providers by the clock, by what came of it.",
         MetricKind::kCounter,
         number(counts.at(i)),
         {{"result", std::string(kResults.at(i))}}});
  }
}

Metric fsync_times(const audit::Durations::Counts& counts) {
  using Seconds = std::chrono::duration<double>;
  Metric metric{"strongroom_audit_fsync_seconds", "How long those fsyncs took.",
                MetricKind::kHistogram, Seconds(counts.sum).count()};
  for (std::size_t i = 0; i < audit::Durations::kSteps; ++i) {
    metric.steps.emplace_back(Seconds(audit::Durations::upper_end(i)).count(), counts.in_step[i]);
  }
  metric.steps.emplace_back(std::numeric_limits<double>::infinity(), counts.in_step.back());
  return metric;
}

double seconds_since_1970(WallTime time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1'000;
}

void add_expiries(const vault::ExpiryReport& report, std::vector<Metric>& metrics) {
  const auto add = [&](std::string_view within, std::int64_t count) {
    metrics.push_back({"strongroom_credentials_expiring",
                       "Secrets, keys and certificates that expire within a time, or have expired.",
                       MetricKind::kGauge,
                       static_cast<double>(count),
                       {{"within", std::string(within)}}});
  };
  add("expired", report.expired);
  add("7d", report.within_week);
  add("30d", report.within_month);
  for (const auto& soonest : report.soonest) {
    metrics.push_back({"strongroom_credential_expires_timestamp_seconds",
                       "When the earliest of its kind expires, since 1970; the soonest 100.",
                       MetricKind::kGauge,
                       seconds_since_1970(soonest.expires_on),
                       {{"target_system", soonest.target_system}, {"kind", soonest.kind}}});
  }
}

void add_ends(const vault::EndingCounts& counts, std::vector<Metric>& metrics) {
  for (std::size_t i = 0; i < vault::kWarningDays.size(); ++i) {
    metrics.push_back({"strongroom_clients_dying_within",
                       "OAuth clients that stop working by themselves within so many days, unless "
                       "somebody signs in or uses them; at most 100000 are counted.",
                       MetricKind::kGauge,
                       static_cast<double>(counts.clients[i]),
                       {{"days", std::to_string(vault::kWarningDays[i])}}});
  }
}

void add_audit(const audit::Trail& trail, std::vector<Metric>& metrics) {
  const audit::TrailCounters counted = trail.counters();
  const auto add = [&](std::string_view name, std::string_view help, std::uint64_t count) {
    metrics.push_back({name, help, MetricKind::kCounter, number(count)});
  };
  add("strongroom_audit_events_total", "Audit events made durable.", counted.events);
  add("strongroom_audit_commits_total", "Commits that they took.", counted.commits);
  add("strongroom_audit_fsyncs_total", "And fsyncs.", counted.fsyncs);
  metrics.push_back(fsync_times(counted.fsync_times));
  add("strongroom_audit_write_errors_total", "Commits that failed.", counted.failures);
  metrics.push_back({"strongroom_audit_queue_length", "Audit events that wait to be written.",
                     MetricKind::kGauge, number(counted.queued)});
  metrics.push_back({"strongroom_audit_writable", "1 while the audit trail can be written.",
                     MetricKind::kGauge, trail.writable() ? 1.0 : 0.0});
}

void add_sinks(AuditShipper& shipper, std::vector<Metric>& metrics) {
  const std::vector<api::SinkState> sinks = shipper.states();
  const auto add = [&](std::string_view name, std::string_view help, MetricKind kind,
                       auto value_of) {
    for (const api::SinkState& sink : sinks) {
      metrics.push_back({name,
                         help,
                         kind,
                         static_cast<double>(value_of(sink)),
                         {{"sink", std::string(sink.name)}}});
    }
  };
  using Sink = api::SinkState;
  add("strongroom_audit_shipped_total", "Audit events that a sink has got.", MetricKind::kCounter,
      [](const Sink& sink) { return sink.sent; });
  add("strongroom_audit_ship_queue_length", "Audit events that a sink has not got yet.",
      MetricKind::kGauge, [](const Sink& sink) { return sink.queued; });
  add("strongroom_audit_ship_dropped_total",
      "Audit events that were removed before a sink got them.", MetricKind::kCounter,
      [](const Sink& sink) { return sink.dropped; });
  add("strongroom_audit_ship_failing", "1 while a sink takes no audit events.", MetricKind::kGauge,
      [](const Sink& sink) { return sink.failing_since ? 1 : 0; });
}

void add_http(const http::Server& server, const api::Router& router, std::vector<Metric>& metrics) {
  const http::ServerCounters counted = server.counters();
  const api::RouterCounters routed = router.counters();
  const auto add = [&](std::string_view name, std::string_view help, std::uint64_t count) {
    metrics.push_back({name, help, MetricKind::kCounter, number(count)});
  };
  add("strongroom_http_connections_total", "Connections accepted.", counted.connections_accepted);
  add("strongroom_http_handshake_failures_total", "TLS handshakes that failed.",
      counted.handshakes_failed);
  add("strongroom_http_requests_total", "Requests that reached the API.", routed.requests);
  add("strongroom_http_malformed_requests_total", "Requests refused before they reached it.",
      counted.rejected_requests);
  add("strongroom_http_unauthenticated_total", "Requests with no key or a wrong one.",
      routed.unauthenticated);
  add("strongroom_http_forged_total",
      "Requests refused that had a session's cookie without its CSRF token, or came from another "
      "site.",
      routed.forged);
  add("strongroom_http_throttled_total", "Requests refused after too many wrong keys.",
      routed.throttled);
  add("strongroom_http_overloaded_total", "Requests refused because the workers were busy.",
      routed.overloaded);
  metrics.push_back({"strongroom_http_connections_open", "Open connections.", MetricKind::kGauge,
                     number(counted.connections_open)});
}

void add_people(People& people, std::vector<Metric>& metrics) {
  metrics.push_back({"strongroom_api_key_rejections_total", "Wrong user API keys shown.",
                     MetricKind::kCounter, number(people.api_keys().rejections())});
  const identity::SignInCounters counted = people.sign_in().counters();
  const auto add = [&](std::string_view result, std::uint64_t count) {
    metrics.push_back({"strongroom_sign_ins_total",
                       "Passwords shown, by result.",
                       MetricKind::kCounter,
                       number(count),
                       {{"result", std::string(result)}}});
  };
  add("success", counted.signed_in);
  add("refused", counted.refused);
  add("throttled", counted.throttled);
  metrics.push_back({"strongroom_sessions", "Sessions that live.", MetricKind::kGauge,
                     number(people.sessions().live_count())});
}

}  // namespace

std::vector<Metric> server_metrics(const CountingParts& parts) {
  std::vector<Metric> metrics;
  metrics.push_back({"strongroom_build_info",
                     "Always 1; the version is the label.",
                     MetricKind::kGauge,
                     1,
                     {{"version", STRONGROOM_VERSION}}});
  add_lookups(parts.lookups, metrics);
  add_launches(parts.launches, metrics);
  add_secret_lookups(parts.secret_lookups, metrics);
  add_retrievals(parts.retrievals, metrics);
  add_providers(parts, metrics);
  add_notifications(parts.notifier, metrics);
  add_provider_requests(parts.retrievals, metrics);
  add_verifications(parts.verification_schedule, metrics);
  metrics.push_back({"strongroom_pending_revocations",
                     "Tokens that a provider has not yet said to be revoked.", MetricKind::kGauge,
                     static_cast<double>(parts.revocations.pending())});
  const backup::BackupSchedule backups = parts.backups.schedule();
  metrics.push_back({"strongroom_backup_failures_total", "Backups that could not be made.",
                     MetricKind::kCounter, static_cast<double>(parts.backups.failures())});
  metrics.push_back(
      {"strongroom_backup_last_seconds",
       "When the newest backup was made, since 1970; 0: there is none.", MetricKind::kGauge,
       backups.last_at ? static_cast<double>(backups.last_at->time_since_epoch().count()) / 1000
                       : 0});
  metrics.push_back({"strongroom_kills", "Kills that are in force.", MetricKind::kGauge,
                     static_cast<double>(parts.kills.count())});
  metrics.push_back({"strongroom_kills_not_durable",
                     "Of those, how many could not be written down yet: a restart would lose them.",
                     MetricKind::kGauge, static_cast<double>(parts.kills.not_durable_count())});
  metrics.push_back({"strongroom_provider_clock_skew_seconds",
                     "How far the provider's clock is ahead that differs most from this one's.",
                     MetricKind::kGauge,
                     static_cast<double>(parts.retrievals.largest_clock_skew().count())});
  add_sinks(parts.shipper, metrics);
  add_expiries(*parts.expiries.latest(), metrics);
  add_ends(*parts.forecasts.latest(), metrics);
  add_audit(parts.trail, metrics);
  add_http(parts.server, parts.router, metrics);
  metrics.push_back({"strongroom_oauth_clients", "OAuth clients that are known to look-ups.",
                     MetricKind::kGauge, number(parts.index.client_count())});
  add_people(parts.people, metrics);
  metrics.push_back({"strongroom_worker_queue_length", "Tasks that wait for a worker.",
                     MetricKind::kGauge,
                     number(parts.workers.queued() + parts.token_workers.queued())});
  metrics.push_back({"strongroom_certificate_expiry_timestamp_seconds",
                     "When the server's certificate expires, since 1970.", MetricKind::kGauge,
                     static_cast<double>(parts.certificate_expiry_ms) / 1'000});
  append_process_metrics(metrics);
  return metrics;
}

}  // namespace strongroom::app
