#include "http/mailbox.h"

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/secret.h"

namespace strongroom::http {
namespace {

thread_local const Mailbox* this_threads_mailbox = nullptr;

void drop(Answer& answer) {
  if (answer.response.secret) wipe(answer.response.body);
}

}  // namespace

Mailbox::Mailbox() : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!event_.is_open()) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Mailbox::deliver(Answer answer) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return drop(answer);
    first = answers_.empty();
    answers_.push_back(std::move(answer));
  }
  if (first) wake();
}

void Mailbox::wake() {
  const std::uint64_t one = 1;
  // It can only fail by being full, and then the loop is being woken already.
  [[maybe_unused]] const ssize_t written = ::write(descriptor(), &one, sizeof one);
}

void Mailbox::take(std::vector<Answer>& answers) {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t taken = ::read(descriptor(), &count, sizeof count);
  const std::lock_guard lock(mutex_);
  answers.swap(answers_);
}

void Mailbox::close() {
  std::vector<Answer> left;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    left.swap(answers_);
  }
  for (Answer& answer : left) drop(answer);
}

void Mailbox::adopt() { this_threads_mailbox = this; }

bool Mailbox::belongs_to_this_thread() const { return this_threads_mailbox == this; }

}  // namespace strongroom::http
