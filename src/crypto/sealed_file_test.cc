#include "crypto/sealed_file.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/testing/counting_random.h"

namespace strongroom::crypto {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr std::size_t kOverhead = 17;
constexpr std::size_t kFixed = 20;
constexpr std::size_t kPassphraseLock = 96;

class SealedFileTest : public testing::Test {
 protected:
  FileReaders both() {
    return {.recipients = {*recipient_of(other_), *recipient_of(identity_)},
            .passphrase = &passphrase_,
            .cost = kLeastPasswordCost};
  }
  FileReaders recipients_only() {
    return {.recipients = {*recipient_of(other_), *recipient_of(identity_)}};
  }

  std::string seal(std::string_view text, const FileReaders& readers,
                   FileKind kind = FileKind::kBackup) {
    std::string file;
    auto writer = SealedFileWriter::begin(kind, readers, random_, [&file](std::string_view more) {
      file += more;
      return Status();
    });
    EXPECT_TRUE(writer.has_value());
    EXPECT_TRUE(writer->write(text).has_value());
    EXPECT_TRUE(writer->finish().has_value());
    return file;
  }

  // Reads it to its end; `step`: how many bytes the source gives at most in one call.
  Result<std::string> open(std::string_view file, const FileOpener& opener,
                           FileKind kind = FileKind::kBackup, std::size_t step = kPiece) {
    STRONGROOM_TRY(
        SealedFileReader reader,
        SealedFileReader::begin(kind, opener, [file, step](char* out, std::size_t size) mutable {
          const std::size_t now = std::min({size, step, file.size()});
          std::memcpy(out, file.data(), now);
          file.remove_prefix(now);
          return Result<std::size_t>(now);
        }));
    std::string text;
    while (true) {
      STRONGROOM_TRY(const std::string piece, reader.next());
      if (piece.empty()) return text;
      text += piece;
    }
  }
  Code refusal(std::string_view file, const FileOpener& opener, FileKind kind = FileKind::kBackup) {
    const Result<std::string> opened = open(file, opener, kind);
    EXPECT_FALSE(opened.has_value());
    return opened.has_value() ? Code::kInternal : opened.error().code;
  }

  FileOpener by_identity() const { return {.identity = &identity_}; }
  FileOpener by_passphrase() const { return {.passphrase = &passphrase_}; }

  CountingRandom random_;
  const FileIdentity identity_ = make_identity(random_);
  const FileIdentity other_ = make_identity(random_);
  const FileIdentity stranger_ = make_identity(random_);
  const FilePassphrase passphrase_{"correct horse battery staple"};
};

TEST_F(SealedFileTest, OpensForEachOfItsReadersAtEverySizeAroundAPiece) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kPiece - 1, kPiece, kPiece + 1,
                                 2 * kPiece, 3 * kPiece + 5}) {
    std::string text(size, '\0');
    random_.fill(std::as_writable_bytes(std::span(text)));
    const std::string file = seal(text, both());
    EXPECT_EQ(open(file, by_identity()), text) << size;
    EXPECT_EQ(open(file, {.identity = &other_}), text) << size;
    EXPECT_EQ(open(file, by_passphrase()), text) << size;
    EXPECT_EQ(open(file, {.identity = &stranger_, .passphrase = &passphrase_}), text) << size;
  }
}

TEST_F(SealedFileTest, TakesPiecesAndGivesThemInAnySize) {
  const std::string text(kPiece + 1000, 'x');
  std::string file;
  auto writer =
      SealedFileWriter::begin(FileKind::kBackup, both(), random_, [&file](std::string_view more) {
        file += more;
        return Status();
      });
  for (std::size_t at = 0; at < text.size(); at += 777) {
    ASSERT_TRUE(writer->write(std::string_view(text).substr(at, 777)).has_value());
  }
  ASSERT_TRUE(writer->finish().has_value());
  EXPECT_EQ(open(file, by_identity(), FileKind::kBackup, 7), text);
}

TEST_F(SealedFileTest, ShowsNothingOfTheTextAndSealsItAnewEachTime) {
  const std::string text = "a secret that is long enough to be found";
  const std::string first = seal(text, both());
  const std::string second = seal(text, both());
  EXPECT_EQ(first.find(text.substr(0, 8)), std::string::npos);
  EXPECT_NE(first.substr(kFixed), second.substr(kFixed));
}

TEST_F(SealedFileTest, RefusesAFileWithAnyByteChanged) {
  const std::string file = seal("what is in it", both());
  for (const FileOpener& opener : {by_identity(), by_passphrase()}) {
    for (std::size_t at = 0; at < file.size(); ++at) {
      std::string changed = file;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      EXPECT_FALSE(open(changed, opener).has_value()) << at;
    }
  }
}

TEST_F(SealedFileTest, RefusesAFileCutAtAnyByteOrWithMoreBehindIt) {
  const std::string file = seal("what is in it", both());
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_EQ(refusal(file.substr(0, size), by_identity()), Code::kCorrupt) << size;
  }
  EXPECT_EQ(refusal(file + "x", by_identity()), Code::kCorrupt);
  EXPECT_EQ(refusal(file + file, by_identity()), Code::kCorrupt);
}

TEST_F(SealedFileTest, RefusesPiecesThatAreCutOffTwiceThereOrInAnotherOrder) {
  const std::string file = seal(std::string(3 * kPiece, 'a') + "end", recipients_only());
  const std::size_t piece = kPiece + kOverhead;
  const std::size_t head = file.size() - 3 * piece - 3 - kOverhead;
  const std::string before = file.substr(0, head);
  const std::string one = file.substr(head, piece);
  const std::string two = file.substr(head + piece, piece);
  const std::string three = file.substr(head + 2 * piece, piece);
  const std::string end = file.substr(head + 3 * piece);
  const auto joined = [](std::initializer_list<std::string_view> parts) {
    std::string all;
    for (const std::string_view part : parts) all.append(part);
    return all;
  };
  ASSERT_TRUE(open(joined({before, one, two, three, end}), by_identity()).has_value());
  for (const std::string& bad :
       {before, joined({before, one}), joined({before, one, two, three}),
        joined({before, two, one, three, end}), joined({before, one, one, two, three, end}),
        joined({before, one, three, end}), joined({before, end})}) {
    EXPECT_EQ(refusal(bad, by_identity()), Code::kCorrupt);
  }
}

TEST_F(SealedFileTest, RefusesPiecesOfAnotherFileAndAHeadOfAnother) {
  const std::string text(kPiece, 'a');
  const std::string one = seal(text, recipients_only());
  const std::string two = seal(text, recipients_only());
  const std::size_t head = one.size() - kPiece - kOverhead;
  EXPECT_EQ(refusal(one.substr(0, head) + two.substr(head), by_identity()), Code::kCorrupt);
}

TEST_F(SealedFileTest, RefusesALockThatWasTakenOutOrAdded) {
  const std::string file = seal("text", both());
  std::string without = file;
  without.erase(kFixed, kPassphraseLock);
  without[kFixed - 2] = '\0';
  EXPECT_EQ(refusal(without, by_identity()), Code::kCorrupt);
  std::string with = file;
  with.insert(kFixed + kPassphraseLock, 80, 'x');
  with[kFixed - 1] = '\3';
  EXPECT_EQ(refusal(with, by_identity()), Code::kCorrupt);
}

TEST_F(SealedFileTest, TellsAWrongPassphraseAndAForeignRecipientFromDamage) {
  const FilePassphrase wrong("correct horse battery stable");
  const std::string file = seal("text", both());
  EXPECT_EQ(refusal(file, {.passphrase = &wrong}), Code::kPermissionDenied);
  EXPECT_EQ(refusal(file, {.identity = &stranger_}), Code::kPermissionDenied);
  EXPECT_EQ(refusal(file, {}), Code::kPermissionDenied);
  EXPECT_EQ(refusal(seal("text", recipients_only()), by_passphrase()), Code::kPermissionDenied);
}

TEST_F(SealedFileTest, RefusesWhatIsNoSuchFileOrOfAnotherKindOrANewerVersion) {
  EXPECT_EQ(refusal("", by_identity()), Code::kCorrupt);
  EXPECT_EQ(refusal("SQLite format 3", by_identity()), Code::kInvalidArgument);
  std::string file = seal("text", both());
  EXPECT_EQ(refusal(file, by_identity(), FileKind::kRecovery), Code::kInvalidArgument);
  file[16] = '\2';
  const auto newer = open(file, by_identity());
  ASSERT_FALSE(newer.has_value());
  EXPECT_EQ(newer.error().code, Code::kInvalidArgument);
  EXPECT_NE(newer.error().message.view().find("newer version"), std::string_view::npos);
}

TEST_F(SealedFileTest, AForeignFileCannotMakeUsSpendMemoryWithoutEnd) {
  std::string file = seal("text", both());
  for (std::size_t at = kFixed + 16; at < kFixed + 24; ++at) file[at] = '\xff';
  EXPECT_EQ(refusal(file, by_passphrase()), Code::kPermissionDenied);
}

TEST_F(SealedFileTest, IsNotBegunForNobodyOrForWhatIsNoKey) {
  const auto code = [this](const FileReaders& readers) {
    const auto begun = SealedFileWriter::begin(FileKind::kBackup, readers, random_,
                                               [](std::string_view) { return Status(); });
    return begun.has_value() ? Code::kInternal : begun.error().code;
  };
  EXPECT_EQ(code({}), Code::kInvalidArgument);
  EXPECT_EQ(code({.recipients = {{"short"}}}), Code::kInvalidArgument);
  EXPECT_EQ(code({.recipients = {{std::string(32, '\0')}}}), Code::kInvalidArgument);
  EXPECT_EQ(code({.recipients = std::vector<Recipient>(101, *recipient_of(identity_))}),
            Code::kInvalidArgument);
}

TEST_F(SealedFileTest, SaysWhatItsSinkAndSourceSay) {
  int left = 2;
  auto writer = SealedFileWriter::begin(FileKind::kBackup, both(), random_,
                                        [&left](std::string_view) -> Status {
                                          if (left-- > 0) return {};
                                          return Error{Code::kUnavailable, "The disk is full."};
                                        });
  ASSERT_TRUE(writer.has_value());
  EXPECT_EQ(writer->write(std::string(3 * kPiece, 'x')).error().code, Code::kUnavailable);
  const auto reader = SealedFileReader::begin(
      FileKind::kBackup, by_identity(), [](char*, std::size_t) -> Result<std::size_t> {
        return Error{Code::kUnavailable, "The disk is broken."};
      });
  EXPECT_EQ(reader.error().code, Code::kUnavailable);
}

TEST_F(SealedFileTest, ARecipientSurvivesBeingCopiedAsTextAndNotBeingMistyped) {
  const Recipient recipient = *recipient_of(identity_);
  const std::string text = to_text(recipient);
  EXPECT_TRUE(text.starts_with("strongroom-recipient-"));
  EXPECT_EQ(recipient_from_text(text), recipient);
  EXPECT_EQ(recipient_from_text("  " + text + "\n"), recipient);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string bad = text;
    bad[at] = bad[at] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(recipient_from_text(bad).has_value()) << at;
    EXPECT_FALSE(recipient_from_text(text.substr(0, at)).has_value()) << at;
  }
  EXPECT_FALSE(recipient_from_text(identity_.reveal()).has_value());
  EXPECT_FALSE(recipient_of(FileIdentity(text)).has_value());
}

}  // namespace
}  // namespace strongroom::crypto
