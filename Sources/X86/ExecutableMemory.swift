import Glibc

/// Machine code that can be called: its pages are written, then executable, never both.
///
/// Anonymous pages change from writable to executable; a host that forbids the change gets a
/// file in memory, which is written by `write` and mapped executable only.
@safe package struct ExecutableMemory: ~Copyable {
  /// Why there is none.
  package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Of the last way that was tried.
    package let errorNumber: Int32

    package var description: String {
      let reason = unsafe String(cString: strerror(errorNumber))
      return "the system gives no executable memory: \(reason)"
    }
  }

  package enum Way: CaseIterable, Hashable, Sendable {
    case anonymousPages, memoryFile
  }

  private let base: UnsafeMutableRawPointer
  private let size: Int
  /// Bytes of code.
  package let count: Int

  /// A copy of the code; each way is tried in turn.
  package init(_ code: [UInt8], ways: [Way] = Way.allCases) throws(Refusal) {
    precondition(!code.isEmpty, "code has an instruction")
    let page = sysconf(Int32(_SC_PAGESIZE))
    let size = (code.count + page - 1) / page * page
    var reason = ENOTSUP
    for way in ways {
      let mapped =
        switch way {
        case .anonymousPages: unsafe Self.anonymousPages(code, size)
        case .memoryFile: unsafe Self.memoryFile(code, size)
        }
      if let mapped = unsafe mapped {
        unsafe base = mapped
        self.size = size
        count = code.count
        return
      }
      reason = errno
    }
    throw Refusal(errorNumber: reason)
  }

  deinit { unsafe munmap(base, size) }

  /// Calls the function at an offset of the code with a pointer to its arguments.
  ///
  /// Safety is the generator's: the code must return, keep to the System V ABI and touch nothing
  /// but what the arguments lead to.
  package func call(at offset: Int = 0, _ arguments: UnsafeMutableRawPointer) {
    precondition(offset >= 0 && offset < count, "an offset inside the code")
    typealias Entry = @convention(c) (UnsafeMutableRawPointer) -> Void
    // The pages hold code and stay mapped while self lives, which the call borrows.
    let entry = unsafe unsafeBitCast(base + offset, to: Entry.self)
    unsafe entry(arguments)
  }

  /// Nil where a step fails, with `errno` set.
  private static func anonymousPages(_ code: [UInt8], _ size: Int) -> UnsafeMutableRawPointer? {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    guard let pages = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0),
      unsafe pages != MAP_FAILED
    else { return nil }
    // The mapping is of `size` bytes, at least as many as the code has.
    unsafe code.withUnsafeBytes {
      unsafe pages.copyMemory(from: $0.baseAddress!, byteCount: $0.count)
    }
    guard unsafe mprotect(pages, size, PROT_READ | PROT_EXEC) == 0 else {
      let reason = errno
      unsafe munmap(pages, size)
      errno = reason
      return nil
    }
    return unsafe pages
  }

  private static func memoryFile(_ code: [UInt8], _ size: Int) -> UnsafeMutableRawPointer? {
    guard let file = unnamedFile() else { return nil }
    defer { close(file) }
    guard ftruncate(file, size) == 0 else { return nil }
    var written = 0
    while written < code.count {
      // The buffer has `count` bytes from `written` on.
      let step = unsafe code.withUnsafeBytes {
        unsafe write(file, $0.baseAddress! + written, $0.count - written)
      }
      if step < 0 && errno == EINTR { continue }
      guard step > 0 else { return nil }
      written += step
    }
    let pages = unsafe mmap(nil, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0)
    return unsafe pages == MAP_FAILED ? nil : pages
  }

  /// A file without a name, closed when another program is started; `memfd_create` is looked up
  /// because the module of the C library leaves it out.
  private static func unnamedFile() -> Int32? {
    typealias Create = @convention(c) (UnsafePointer<CChar>, UInt32) -> Int32
    let closeOnExec: UInt32 = 1
    guard let symbol = unsafe dlsym(nil, "memfd_create") else { return nil }
    // The type is the function's in memfd_create(2).
    let file = unsafe unsafeBitCast(symbol, to: Create.self)("netc", closeOnExec)
    return file >= 0 ? file : nil
  }
}
