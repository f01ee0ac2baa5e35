#pragma once
// DIR/admin.sock: how commands on the server's own host reach a server that is running.
//
// One JSON object in, one JSON object out, a line each. Only the server's own user and root may
// connect: the file's mode says so, and the peer's user id is asked of the kernel.

#include <memory>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/function.h"
#include "base/log.h"
#include "base/result.h"
#include "base/secret.h"

namespace strongroom::app {

using AdminReply = Secret<struct AdminReplyKind>;  // may hold a new key

// Whether a process of user `peer` may ask a server of user `own`: root and that user may.
bool may_administer(uid_t peer, uid_t own);

// Owns one thread, which serves one connection at a time.
class AdminSocket {
 public:
  // Called on the socket's thread with one line without its newline; answers the line to send back.
  using Answer = UniqueFunction<AdminReply(std::string_view line)>;

  // Replaces a socket that a crash left behind. The path may be as long as any file's. Errors:
  // kUnavailable.
  static Result<std::unique_ptr<AdminSocket>> listen(const std::string& path, Answer answer,
                                                     Log& log);
  ~AdminSocket();
  AdminSocket(const AdminSocket&) = delete;
  AdminSocket& operator=(const AdminSocket&) = delete;

 private:
  class Impl;
  explicit AdminSocket(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The other end: sends `line` to the server at `path` and answers its line.
// Errors: kNotFound, no server listens there; kUnavailable, it did not answer.
Result<AdminReply> ask_admin_socket(const std::string& path, std::string_view line);

}  // namespace strongroom::app
