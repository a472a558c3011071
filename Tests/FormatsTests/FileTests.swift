import Foundation
import TestSupport
import Testing

@testable import Formats

@Suite struct FileTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func error(reading path: String, limit: Int = 1 << 20) -> FormatError? {
    failure { () throws(FormatError) in try FileReader.read(path, limit: limit) }
  }

  private func error(writing path: String, _ bytes: [UInt8] = [1, 2, 3]) -> FormatError? {
    failure { () throws(FormatError) in try AtomicFile.write(bytes, to: path) }
  }

  @Test func wholeFilesUpToTheLimit() throws {
    let path = try directory.file("a", [1, 2, 3])
    #expect(try FileReader.read(path, limit: 3) == [1, 2, 3])
    #expect(error(reading: path, limit: 2)?.kind == .limit)
    #expect(try FileReader.read(directory.file("empty", [])) == [])
  }

  @Test func onlyRegularFilesAreRead() throws {
    #expect(error(reading: directory.file("absent"))?.message.contains("no such file") == true)
    #expect(error(reading: "")?.kind == .unreadable)
    #expect(error(reading: "a\0b")?.kind == .unreadable)
    #expect(error(reading: String(repeating: "a/", count: 4_000))?.kind == .unreadable)
    #expect(error(reading: directory.path)?.message == "is a directory, expected a regular file")
    #expect(error(reading: "/dev/zero")?.message == "is a device, expected a regular file")
    let fifo = directory.file("fifo")
    // A Swift string is a C string for the call.
    #expect(unsafe mkfifo(fifo, 0o600) == 0)
    #expect(error(reading: fifo)?.message == "is a FIFO, expected a regular file")
  }

  @Test func anOutputReplacesItsTarget() throws {
    let path = directory.file("out.bin")
    try AtomicFile.write([1, 2, 3], to: path)
    #expect(try FileReader.read(path) == [1, 2, 3])
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let large = [UInt8](repeating: 7, count: 3_000_000)
    try AtomicFile.write(large, to: path)
    #expect(try FileReader.read(path) == large)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect(mode as? Int == 0o640)
    #expect(directory.names == ["out.bin"])
  }

  @Test func aLinkIsFollowed() throws {
    let path = try directory.file("real", [1])
    let link = directory.file("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real")
    try AtomicFile.write([5, 6], to: link)
    #expect(try FileReader.read(path) == [5, 6])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real")
    let dangling = directory.file("dangling")
    try FileManager.default.createSymbolicLink(atPath: dangling, withDestinationPath: "nowhere")
    #expect(error(writing: dangling)?.kind == .unwritable)
  }

  @Test func whatIsNoRegularFileIsLeftAlone() throws {
    try FileManager.default.createDirectory(
      atPath: directory.file("sub"), withIntermediateDirectories: true)
    #expect(error(writing: directory.file("sub"))?.message.hasPrefix("is a directory") == true)
    #expect(error(writing: directory.file("sub/"))?.kind == .unwritable)
    #expect(error(writing: "/dev/null")?.message.hasPrefix("is a device") == true)
    #expect(error(writing: directory.file("no/such/a"))?.message.contains("no such file") == true)
    #expect(error(writing: directory.file("new/"))?.kind == .unwritable)
    #expect(error(writing: "")?.kind == .unwritable)
    #expect(error(writing: "/proc/netc")?.kind == .unwritable)
    #expect(error(writing: directory.file(String(repeating: "n", count: 300)))?.kind == .unwritable)
    #expect(directory.names == ["sub"])
  }

  @Test func longNamesHaveTemporaryNames() throws {
    let name = String(repeating: "é", count: 127)
    try AtomicFile.write([1], to: directory.file(name))
    #expect(directory.names == [name])
    #expect(TemporaryName(target: "a.png").random().hasPrefix("./.a.png.netc-"))
    #expect(TemporaryName(target: "/a").random().hasPrefix("/.a.netc-"))
    #expect(TemporaryName(target: "/a").directory == "/")
  }

  @Test func anAbandonedOutputLeavesNothing() throws {
    let path = try directory.file("kept", [9])
    do {
      var file = try AtomicFile(path)
      try file.write([1, 2, 3])
      #expect(directory.names.count == 2)
      #expect(directory.names[0].hasPrefix(".kept.netc-"))
    }
    #expect(directory.names == ["kept"])
    #expect(try FileReader.read(path) == [9])
  }

  @Test func leftoversOfKilledWritersAreRemoved() throws {
    let kept = [".a.netc-abc12", ".netc", ".x.netc-ABC123", "a.netc-abc123"]
    for name in kept + [".a.netc-abc123", ".b.png.netc-zzzzz9"] {
      _ = try directory.file(name, [1])
    }
    var living = try AtomicFile(directory.file("c"))
    #expect(directory.names.count == kept.count + 1)
    Leftovers.remove(from: directory.path)
    #expect(directory.names.count == kept.count + 1, "the living writer keeps its file")
    try living.write([2])
    try living.commit()
    #expect(Set(directory.names) == Set(kept + ["c"]))
  }

  /// Above 32 MiB, which no other test writes, since the limit is the whole process's.
  @Test func aFullDiskLeavesTheTargetAlone() throws {
    StandardStreams.prepare()
    var old = rlimit()
    #expect(unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &old) == 0)
    var limit = old
    limit.rlim_cur = 32 << 20
    #expect(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
    defer { _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &old) }
    let path = try directory.file("kept", [9])
    let error = error(writing: path, [UInt8](repeating: 1, count: 33 << 20))
    #expect(error?.message == "cannot be written: file too large")
    #expect(directory.names == ["kept"])
    #expect(try FileReader.read(path) == [9])
  }

  @Test func memoryThatCannotBeHadIsALimit() {
    let error = failure { () throws(FormatError) in try System.reserve(1 << 50, for: "it") }
    #expect(error?.kind == .limit)
  }
}

@Suite struct ByteOutputTests {
  private func error(_ descriptor: Int32, _ count: Int = 200_000) -> FormatError? {
    failure { () throws(FormatError) in
      var output = ByteOutput(descriptor: descriptor, name: "standard output")
      try output.write(String(repeating: "x", count: count))
      try output.flush()
    }
  }

  @Test func aFullDeviceIsAnError() throws {
    let descriptor = unsafe open("/dev/full", O_WRONLY)
    #expect(
      error(descriptor)?.message == "standard output cannot be written: no space left on device")
    #expect(error(descriptor, 5)?.kind == .unwritable)
    close(descriptor)
  }

  @Test func aClosedDescriptorIsAnError() {
    #expect(error(-1, 5)?.kind == .unwritable)
    #expect(error(-1, 0) == nil)
  }

  @Test func aReaderThatGoesAwayIsToldApart() {
    StandardStreams.prepare()
    let pipe = Pipe()
    try? pipe.fileHandleForReading.close()
    #expect(error(pipe.fileHandleForWriting.fileDescriptor)?.kind == .readerGone)
  }

  @Test func everythingArrivesInOrder() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("out", [])
    let descriptor = unsafe open(path, O_WRONLY)
    var output = ByteOutput(descriptor: descriptor, name: "standard output")
    for index in 0..<30_000 { try output.write("\(index)\n") }
    try output.finish()
    let text = String(decoding: try FileReader.read(path), as: UTF8.self)
    #expect(text == (0..<30_000).map { "\($0)\n" }.joined())
  }
}
