#pragma once
// Ships the audit trail to where it is kept besides: syslog, a file, HTTPS.
//
// A sink reads what is durable already, from where it stopped, on a thread of its own; so however
// slow it is, nobody who asks for a token waits for it. What it has got is noted after it was sent:
// after a crash some events come twice, and none is left out.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "api/audit_state.h"
#include "audit/shipping.h"
#include "audit/trail.h"
#include "base/clock.h"
#include "base/function.h"
#include "base/log.h"
#include "storage/store.h"

namespace strongroom::app {

// Where events go. Used by the sink's thread alone, but for reopen().
class AuditDestination {
 public:
  virtual ~AuditDestination() = default;
  // Sends all of them, or as many as it could before it failed; waits no longer than some seconds
  // for one of them, and about a second where `stopping` says that nobody wants it any more.
  // Errors: kUnavailable, with a literal that says what the operator has to look at.
  virtual Status send(const std::vector<audit::Trail::Entry>& entries,
                      const std::function<bool()>& stopping) = 0;
  // Whether what was sent last has arrived, as far as that can be known; asked before it is noted.
  virtual Status confirm() { return {}; }
  // The file was moved away (SIGHUP). From any thread.
  virtual void reopen() {}
};

struct AuditSink {
  std::string_view name;    // "syslog", "file", "https": also that of its cursor
  std::string_view format;  // "json", "ocsf"
  std::unique_ptr<AuditDestination> destination;
};

// Owns a thread for each sink. Safe to use from any thread.
class AuditShipper {
 public:
  static constexpr std::size_t kAtOnce = 256;
  static constexpr Milliseconds kLookAgain{500};  // for new events
  static constexpr Milliseconds kFirstPause{1'000};
  static constexpr Milliseconds kLongestPause{60'000};
  static constexpr Milliseconds kFailingForLong{60'000};  // then somebody should look at it

  struct Parts {
    audit::Trail& trail;
    storage::Store& store;
    const Clock& clock;
    Log& log;
  };
  // All of `parts` must outlive it.
  AuditShipper(const Parts& parts, std::vector<AuditSink> sinks);
  ~AuditShipper() { stop(); }
  AuditShipper(const AuditShipper&) = delete;
  AuditShipper& operator=(const AuditShipper&) = delete;

  // Ships nothing more; the next start goes on. Takes about a second, however slow a sink is.
  void stop();

  std::vector<api::SinkState> states();
  void reopen();

 private:
  struct Runner {
    AuditSink sink;
    std::int64_t cursor = 0;  // the thread's own, as what follows
    std::int64_t noted = 0;
    Milliseconds pause = kFirstPause;
    api::SinkState state;  // under the lock
    std::thread thread = {};
  };

  void run(Runner& runner);
  bool is_stopping();
  void wait(Milliseconds patience);
  Status begin(Runner& runner);
  Status ship_some(Runner& runner, bool& idle);
  Status note_cursor(Runner& runner);
  void succeeded(Runner& runner, std::size_t sent, std::int64_t dropped);
  void failed(Runner& runner, const Error& error);

  const Parts parts_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::vector<std::unique_ptr<Runner>> runners_;
};

}  // namespace strongroom::app
