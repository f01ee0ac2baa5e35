#include "app/audit_shipper.h"

#include <algorithm>
#include <utility>

#include "storage/audit_cursor_rows.h"

namespace strongroom::app {

AuditShipper::AuditShipper(const Parts& parts, std::vector<AuditSink> sinks) : parts_(parts) {
  for (AuditSink& sink : sinks) {
    auto runner = std::make_unique<Runner>();
    runner->state.name = sink.name;
    runner->state.format = sink.format;
    runner->sink = std::move(sink);
    runners_.push_back(std::move(runner));
  }
  for (const auto& runner : runners_) {
    runner->thread = std::thread([this, &one = *runner] { run(one); });
  }
}

void AuditShipper::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  for (const auto& runner : runners_) {
    if (runner->thread.joinable()) runner->thread.join();
  }
}

std::vector<api::SinkState> AuditShipper::states() {
  const auto standing = parts_.trail.standing();
  const std::int64_t last = standing ? standing->last_sequence : 0;
  std::vector<api::SinkState> states;
  const std::lock_guard lock(mutex_);
  for (const auto& runner : runners_) {
    states.push_back(runner->state);
    states.back().queued = std::max(last - runner->state.queued, std::int64_t{0});
  }
  return states;
}

void AuditShipper::reopen() {
  for (const auto& runner : runners_) runner->sink.destination->reopen();
}

bool AuditShipper::is_stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void AuditShipper::wait(Milliseconds patience) {
  std::unique_lock lock(mutex_);
  stopped_.wait_for(lock, patience, [this] { return stopping_; });
}

void AuditShipper::run(Runner& runner) {
  bool begun = false;
  while (!is_stopping()) {
    bool idle = false;
    Status done = begun ? Status() : begin(runner);
    if (done) {
      begun = true;
      done = ship_some(runner, idle);
    }
    if (!done) {
      failed(runner, done.error());
      wait(runner.pause);
      runner.pause = std::min(runner.pause * 2, kLongestPause);
    } else if (idle) {
      wait(kLookAgain);
    }
  }
}

Status AuditShipper::begin(Runner& runner) {
  STRONGROOM_TRY(runner.cursor,
                 storage::read<std::int64_t>(parts_.store, [&](storage::Snapshot& snapshot) {
                   return storage::audit_cursor(snapshot, runner.sink.name);
                 }));
  runner.noted = runner.cursor;
  const std::lock_guard lock(mutex_);
  runner.state.queued = runner.cursor;
  return {};
}

// What was sent is noted one turn later, when it is known to have arrived as far as that can be
// known. After an error it goes on from there.
Status AuditShipper::ship_some(Runner& runner, bool& idle) {
  if (Status noted = note_cursor(runner); !noted) {
    runner.cursor = runner.noted;
    return noted;
  }
  STRONGROOM_TRY(std::vector<audit::Trail::Link> links, parts_.trail.after(runner.cursor, kAtOnce));
  idle = links.empty();
  if (idle) return {};
  std::vector<audit::Trail::Entry> entries;
  entries.reserve(links.size());
  for (audit::Trail::Link& link : links) entries.push_back(std::move(link.entry));
  const std::int64_t dropped = entries.front().sequence - runner.cursor - 1;
  if (Status sent = runner.sink.destination->send(entries, [this] { return is_stopping(); });
      !sent) {
    runner.cursor = runner.noted;
    return sent;
  }
  runner.cursor = entries.back().sequence;
  succeeded(runner, entries.size(), dropped);
  return {};
}

Status AuditShipper::note_cursor(Runner& runner) {
  if (runner.cursor == runner.noted) return {};
  STRONGROOM_CHECK(runner.sink.destination->confirm());
  STRONGROOM_CHECK(parts_.store.write([&](storage::Transaction& tx) {
    return storage::put_audit_cursor(tx, runner.sink.name, runner.cursor);
  }));
  runner.noted = runner.cursor;
  return {};
}

void AuditShipper::succeeded(Runner& runner, std::size_t sent, std::int64_t dropped) {
  runner.pause = kFirstPause;
  bool was_failing = false;
  {
    const std::lock_guard lock(mutex_);
    api::SinkState& state = runner.state;
    was_failing = state.failing_since.has_value();
    state.queued = runner.cursor;
    state.sent += static_cast<std::int64_t>(sent);
    state.dropped += dropped;
    state.last_sent_at = parts_.clock.now();
    state.failing_since.reset();
    state.problem = {};
  }
  if (dropped > 0) {
    parts_.log.warning("Audit events were removed before a sink got them.",
                       {{"sink", runner.sink.name}, {"events", dropped}});
  }
  if (was_failing) {
    parts_.log.info("A sink takes audit events again.", {{"sink", runner.sink.name}});
  }
}

void AuditShipper::failed(Runner& runner, const Error& error) {
  bool is_first = false;
  {
    const std::lock_guard lock(mutex_);
    api::SinkState& state = runner.state;
    is_first = !state.failing_since;
    if (is_first) state.failing_since = parts_.clock.now();
    state.problem = error.message.view();
  }
  if (is_first) {
    parts_.log.failed("Audit events cannot be shipped; they wait in the trail.", error,
                      {{"sink", runner.sink.name}});
  }
}

}  // namespace strongroom::app
