#include "app/system_call_filter.h"

#include <cerrno>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace strongroom::app {
namespace {

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

constexpr int kAsExpected = 42;

// Each test's body runs in a process of its own, since a filter never goes away.
template <class Body>
[[noreturn]] void filtered(Body body) {
  const bool filtered = filter_system_calls().has_value();
  _exit(filtered && body() ? kAsExpected : 1);
}

TEST(SystemCallFilter, LetsThreadsFilesAndConnectionsThrough) {
  EXPECT_EXIT(filtered([] {
                bool ran = false;
                std::thread([&ran] { ran = true; }).join();
                const int one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
                // What asks for a passphrase without showing it; a socket is no terminal.
                const bool terminal = ioctl(one, TCSETSF, nullptr) < 0 && errno == ENOTTY;
                return ran && one >= 0 && terminal && access("/", R_OK) == 0;
              }),
              ::testing::ExitedWithCode(kAsExpected), "");
}

TEST(SystemCallFilter, EndsAProcessThatStartsAProgram) {
  // E11
  char* const arguments[] = {nullptr};
  EXPECT_EXIT(filtered([&] { return execv("/bin/true", arguments) == 0; }),
              ::testing::KilledBySignal(SIGSYS), "");
}

TEST(SystemCallFilter, EndsAProcessThatForks) {
  EXPECT_EXIT(filtered([] { return fork() >= 0; }), ::testing::KilledBySignal(SIGSYS), "");
  EXPECT_EXIT(filtered([] { return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0; }),
              ::testing::KilledBySignal(SIGSYS), "");
}

TEST(SystemCallFilter, EndsAProcessThatLooksIntoAnother) {
  EXPECT_EXIT(filtered([] { return ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr) == 0; }),
              ::testing::KilledBySignal(SIGSYS), "");
}

TEST(SystemCallFilter, HasNoMemoryThatIsWrittenAndRun) {
  EXPECT_EXIT(filtered([] {
                constexpr int kAnonymous = MAP_PRIVATE | MAP_ANONYMOUS;
                void* const both =
                    mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, kAnonymous, -1, 0);
                void* const plain = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, kAnonymous, -1, 0);
                return both == MAP_FAILED && plain != MAP_FAILED &&
                       mprotect(plain, 4096, PROT_READ) == 0 &&
                       mprotect(plain, 4096, PROT_READ | PROT_EXEC) != 0;
              }),
              ::testing::ExitedWithCode(kAsExpected), "");
}

TEST(SystemCallFilter, AnswersWhatItDoesNotKnowAsAnOlderKernelWould) {
  EXPECT_EXIT(filtered([] {
                const bool packets = socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == ENOSYS;
                const bool again = prctl(PR_SET_DUMPABLE, 1) < 0 && errno == ENOSYS;
                char letter = 'x';
                const bool typed = ioctl(STDIN_FILENO, TIOCSTI, &letter) < 0 && errno == ENOSYS;
                return packets && again && typed;
              }),
              ::testing::ExitedWithCode(kAsExpected), "");
}

#endif

}  // namespace
}  // namespace strongroom::app
