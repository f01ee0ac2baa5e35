#include "app/admin_socket.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace strongroom::app {
namespace {

class AdminSocketTest : public testing::Test {
 protected:
  const std::string path_ = testing::TempDir() + "strongroom_admin.sock";
  const SystemClock clock_;
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

TEST_F(AdminSocketTest, SaysThatAPathIsTooLong) {
  EXPECT_EQ(ask_admin_socket(std::string(200, 'x'), "x").error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace strongroom::app
