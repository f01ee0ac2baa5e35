#include "identity/breached_passwords.h"

#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/digest.h"
#include "identity/testing/key_world.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::identity {
namespace {

std::string hash_of(const std::string& password) { return crypto::hex(crypto::sha1(password)); }

std::string password_of(int number) { return "breached password " + std::to_string(number); }

// A line for each of so many passwords, as they are published.
std::string list_of(int count, std::string_view line_end = "\r\n") {
  std::set<std::string> hashes;
  for (int i = 0; i < count; ++i) hashes.insert(hash_of(password_of(i)));
  std::string text;
  int seen = 0;
  for (std::string hash : hashes) {
    for (char& c : hash) c = static_cast<char>(std::toupper(c));
    text.append(hash).append(":").append(std::to_string(++seen * 37 % 100'000)).append(line_end);
  }
  return text;
}

class BreachedPasswordsTest : public testing::Test {
 protected:
  std::string write(const std::string& text) {
    std::string path = directory_.file("breached.txt");
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    return path;
  }
  Code code_of_opening(const std::string& text) {
    const auto opened = BreachedPasswords::open(write(text));
    return opened ? Code::kInternal : opened.error().code;
  }
  static bool has(const BreachedPasswords& list, const std::string& password) {
    const Status status = list.check(crypto::Password(password), "/new_password");
    if (!status) {
      EXPECT_EQ(status.error().problem.view(), "breached_password");
      EXPECT_EQ(status.error().code, Code::kInvalidArgument);
    }
    return !status.has_value();
  }

  storage::TemporaryDirectory directory_;
};

TEST_F(BreachedPasswordsTest, AreFoundWhereverTheyStand) {
  for (const int count : {1, 2, 3, 7, 64, 1000}) {
    const auto list = BreachedPasswords::open(write(list_of(count)));
    ASSERT_TRUE(list.has_value()) << count << list.error().detail;
    for (int i = 0; i < count; ++i) EXPECT_TRUE(has(*list, password_of(i))) << i;
    for (int i = count; i < count + 100; ++i) EXPECT_FALSE(has(*list, password_of(i))) << i;
  }
}

TEST_F(BreachedPasswordsTest, AreFoundInALongList) {
  const auto list = BreachedPasswords::open(write(list_of(60'000)));
  ASSERT_TRUE(list.has_value()) << list.error().detail;
  for (int i = 0; i < 60'000; i += 7) ASSERT_TRUE(has(*list, password_of(i))) << i;
  EXPECT_FALSE(has(*list, "correct horse battery"));
}

TEST_F(BreachedPasswordsTest, MayEndTheirLinesInOtherWaysAndHaveNoCounts) {
  std::string text = list_of(20, "\n");
  text.pop_back();
  const auto list = BreachedPasswords::open(write(text));
  ASSERT_TRUE(list.has_value());
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(has(*list, password_of(i))) << i;
  const auto bare = BreachedPasswords::open(write(hash_of("only this one") + "\n"));
  ASSERT_TRUE(bare.has_value());
  EXPECT_TRUE(has(*bare, "only this one"));
}

TEST_F(BreachedPasswordsTest, AreNotTakenFromWhatIsNoSuchList) {
  EXPECT_EQ(BreachedPasswords::open(directory_.file("not there")).error().code, Code::kNotFound);
  EXPECT_EQ(code_of_opening(""), Code::kInvalidArgument);
  EXPECT_EQ(code_of_opening("password\nqwerty\n"), Code::kInvalidArgument);
  EXPECT_EQ(code_of_opening(std::string(1000, 'A')), Code::kInvalidArgument);
  const std::string first = hash_of("a");
  EXPECT_EQ(code_of_opening(first + ":1\n" + first + ":1\n"), Code::kInvalidArgument);
  std::string swapped = list_of(100);
  const std::size_t second = swapped.find('\n') + 1;
  std::rotate(swapped.begin(), swapped.begin() + static_cast<std::ptrdiff_t>(second),
              swapped.end());
  EXPECT_EQ(code_of_opening(swapped), Code::kInvalidArgument);
}

TEST_F(BreachedPasswordsTest, AreNotTakenFromALongListThatIsNotSorted) {
  std::string text = list_of(60'000);
  std::rotate(text.begin(),
              text.begin() + static_cast<std::ptrdiff_t>(text.find('\n', text.size() / 2) + 1),
              text.end());
  EXPECT_EQ(code_of_opening(text), Code::kInvalidArgument);
}

TEST_F(BreachedPasswordsTest, CannotBeChosen) {
  const auto list = BreachedPasswords::open(write(list_of(10)));
  ASSERT_TRUE(list.has_value());
  KeyWorld world;
  world.breached = &*list;
  world.reopen();
  const NewSession session = world.make_session();
  const Asker asker = KeyWorld::asker(session.info);
  const auto refused =
      world.sign_in().change_password(asker, {KeyWorld::kPassword, password_of(3)});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().problem.view(), "breached_password");
  EXPECT_EQ(std::get<FieldPointer>(*refused.error().find("field")).text, "/new_password");
  must(world.sign_in().change_password(asker, {KeyWorld::kPassword, password_of(11)}));
}

}  // namespace
}  // namespace strongroom::identity
