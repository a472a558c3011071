import Glibc

/// A system library found at run time, loaded once and never unloaded.
@safe struct DynamicLibrary: @unchecked Sendable {
  private let handle: UnsafeMutableRawPointer

  /// Nil where the dynamic linker does not find `name`.
  init?(_ name: String) {
    // The string lives as a C string for the call; a handle stays valid until dlclose.
    guard let handle = unsafe dlopen(name, RTLD_NOW | RTLD_LOCAL) else { return nil }
    unsafe self.handle = handle
  }

  /// The function `name` as a C function pointer of the type that its header declares.
  func function<Function>(_ name: String, as type: Function.Type) -> Function? {
    // A symbol of these libraries' documented interface is a function of the documented type,
    // and a C function pointer has the size of any pointer.
    guard let symbol = unsafe dlsym(handle, name) else { return nil }
    return unsafe unsafeBitCast(symbol, to: type)
  }

  /// The file that defines the function `name`, links followed.
  func path(defining name: String) -> String? {
    typealias Address =
      @convention(c) (UnsafeRawPointer, UnsafeMutablePointer<UnsafeRawPointer?>) -> Int32
    guard let symbol = unsafe dlsym(handle, name),
      let address = unsafe function("dladdr", as: Address.self)
    else { return nil }
    // `Dl_info` of dlfcn.h: the file's name, its base, the symbol's name, its address.
    var information = unsafe [UnsafeRawPointer?](repeating: nil, count: 4)
    guard unsafe address(symbol, &information) != 0, let file = unsafe information[0] else {
      return nil
    }
    // The name is terminated and lives as long as the library; the resolved one is malloc'd,
    // copied and freed here.
    guard
      let resolved = unsafe realpath(file.assumingMemoryBound(to: CChar.self), nil)
    else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}
