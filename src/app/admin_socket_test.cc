#include "app/admin_socket.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace strongroom::app {
namespace {

class AdminSocketTest : public testing::Test {
 protected:
  const std::string path_ = testing::TempDir() + "strongroom_admin.sock";
  const SystemClock clock_{};
  Log log_{clock_, Log::Format::kJson, [](std::string_view) {}};
};

TEST_F(AdminSocketTest, AnswersALineWithALine) {
  auto socket = AdminSocket::listen(
      path_, [](std::string_view line) { return AdminReply{"<" + std::string(line) + ">"}; }, log_);
  ASSERT_TRUE(socket.has_value()) << socket.error().detail;
  for (const char* line : {"{\"a\":1}", "", "x"}) {
    const auto reply = ask_admin_socket(path_, line);
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ(reply->reveal(), "<" + std::string(line) + ">");
  }
}

TEST_F(AdminSocketTest, IsForItsOwnerAloneAndGoesWithTheServer) {
  {
    auto socket = AdminSocket::listen(
        path_, [](std::string_view) { return AdminReply{""}; }, log_);
    ASSERT_TRUE(socket.has_value());
    EXPECT_EQ(std::filesystem::status(path_).permissions() & std::filesystem::perms::others_all,
              std::filesystem::perms::none);
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_EQ(ask_admin_socket(path_, "x").error().code, Code::kNotFound);
}

TEST_F(AdminSocketTest, ReplacesWhatACrashLeftBehind) {
  std::ofstream(path_) << "stale";
  EXPECT_TRUE(AdminSocket::listen(
                  path_, [](std::string_view) { return AdminReply{""}; }, log_)
                  .has_value());
}

TEST_F(AdminSocketTest, WaitsWhileThereIsNoDescriptorForACallerAndThenAnswers) {
  std::promise<std::string> said;
  Log log(clock_, Log::Format::kText,
          [&](std::string_view line) { said.set_value(std::string(line)); });
  auto socket = AdminSocket::listen(
      path_, [](std::string_view) { return AdminReply{"here"}; }, log);
  ASSERT_TRUE(socket.has_value());
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  // A caller takes two, for the directory and the connection; the server's side would be one more.
  const int first = dup(0);
  const int second = dup(0);
  close(first);
  close(second);
  rlimit few = before;
  few.rlim_cur = static_cast<rlim_t>(second) + 1;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  std::promise<std::string> answered;
  std::thread caller([&] {
    const auto reply = ask_admin_socket(path_, "x");
    answered.set_value(reply ? std::string(reply->reveal()) : reply.error().detail);
  });
  // Once only, although the caller goes on waiting: a second one would end the process here.
  auto first_line = said.get_future();
  EXPECT_EQ(first_line.wait_for(std::chrono::seconds(30)), std::future_status::ready);
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(answered.get_future().get(), "here");
  caller.join();
  EXPECT_NE(first_line.get().find("Nobody can be let in"), std::string::npos);
}

TEST_F(AdminSocketTest, WorksBelowADirectoryWithALongPath) {
  const std::string directory = testing::TempDir() + std::string(200, 'x');
  std::filesystem::create_directories(directory);
  {
    auto socket = AdminSocket::listen(
        directory + "/admin.sock", [](std::string_view) { return AdminReply{"here"}; }, log_);
    ASSERT_TRUE(socket.has_value()) << socket.error().detail;
    const auto reply = ask_admin_socket(directory + "/admin.sock", "x");
    ASSERT_TRUE(reply.has_value()) << reply.error().detail;
    EXPECT_EQ(reply->reveal(), "here");
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory));
  std::filesystem::remove(directory);
}

TEST_F(AdminSocketTest, SaysWhatHindersIt) {
  const auto answer = [](std::string_view) { return AdminReply{""}; };
  EXPECT_EQ(AdminSocket::listen("/nonexistent/admin.sock", answer, log_).error().code,
            Code::kUnavailable);
  EXPECT_EQ(ask_admin_socket("/nonexistent/admin.sock", "x").error().code, Code::kNotFound);
  EXPECT_EQ(ask_admin_socket(std::string(200, 'x'), "x").error().code, Code::kNotFound);
}

TEST(MayAdminister, LetsRootAndTheServersOwnUserInAndNobodyElse) {
  EXPECT_TRUE(may_administer(0, 0));
  EXPECT_TRUE(may_administer(0, 998));
  EXPECT_TRUE(may_administer(998, 998));
  EXPECT_FALSE(may_administer(998, 0));
  EXPECT_FALSE(may_administer(998, 997));
}

}  // namespace
}  // namespace strongroom::app
