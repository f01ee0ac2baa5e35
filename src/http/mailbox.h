#pragma once
// How other threads give an event loop its answers.

#include <memory>
#include <mutex>
#include <vector>

#include "http/descriptor.h"
#include "http/server.h"

namespace strongroom::http {

struct Answer {
  std::shared_ptr<Connection> connection;  // nullptr: nobody's; only `make` is called
  Response response;
  ResponseMaker make;  // where it is set, it makes the response, on the loop
};

// Safe to use from any thread, except where a method says otherwise. Outlives its loop as long as
// somebody can still answer.
class Mailbox {
 public:
  // Throws std::system_error when the machine has no file descriptor left.
  Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // Puts an answer in, and wakes the loop if the box was empty. After close() the answer is
  // dropped.
  void deliver(Answer answer);
  // Wakes the loop without an answer.
  void wake();

  // For the loop: readable when there is something to do.
  int descriptor() const { return event_.number(); }
  // For the loop: everything that is in the box, into the empty `answers`.
  void take(std::vector<Answer>& answers);
  // For the loop, at its end.
  void close();

  // Makes the calling thread the one that owns the box, for belongs_to_this_thread().
  void adopt();
  bool belongs_to_this_thread() const;

 private:
  const Descriptor event_;
  std::mutex mutex_;
  std::vector<Answer> answers_;
  bool closed_ = false;
};

}  // namespace strongroom::http
