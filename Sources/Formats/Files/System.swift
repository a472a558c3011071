import Glibc

/// What the operating system is asked for, with its refusals as text.
enum System {
  /// The text of an `errno`, in the manner of our messages.
  static func text(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    // glibc answers with a terminated string that the call does not free.
    return unsafe String(cString: text).lowercased()
  }

  /// Calls again while a signal interrupted the call.
  static func retrying(_ call: () -> Int) -> Int {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }

  /// Fails where `bytes` of memory cannot be had, before an array would trap on it.
  static func reserve(_ bytes: Int, for what: String) throws(FormatError) {
    guard bytes > 1 << 16 else { return }
    // A private mapping that nothing touches; it is unmapped with the length it was made with.
    let mapped = unsafe mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
      throw .limit("\(what) needs \(bytes) bytes of memory, which cannot be had")
    }
    unsafe munmap(mapped, bytes)
  }
}
