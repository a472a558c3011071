import Glibc

/// What netc borrows from the system to decode with, for `netc doctor`.
package enum SystemLibraries {
  package struct Status: Hashable, Sendable {
    /// `libpng`, `turbojpeg` or `zlib`.
    package let name: String
    /// The Debian package that holds it.
    package let package: String
    /// The file, links followed; nil where the library is absent.
    package let path: String?
    /// As the library says it, or its generation.
    package let version: String?
  }

  package static func available() -> [Status] {
    let png = try? LibPNG.load()
    let jpeg = try? TurboJPEG.load()
    let zlib = try? Zlib.load()
    return [
      Status(
        name: LibPNG.name, package: LibPNG.package, path: png?.path, version: png?.version),
      Status(
        name: TurboJPEG.name, package: TurboJPEG.package, path: jpeg?.path,
        version: jpeg?.version),
      Status(
        name: Zlib.name, package: Zlib.package, path: zlib?.path, version: zlib?.version),
    ]
  }

  /// The libraries that `NETC_WITHOUT=libpng,turbojpeg,zlib` pretends to be absent.
  static func hidden() -> Set<String> {
    // The environment is not changed while netc runs; the value is copied at once.
    guard let value = unsafe getenv("NETC_WITHOUT") else { return [] }
    return names(unsafe String(cString: value))
  }

  static func names(_ list: String) -> Set<String> {
    Set(list.split(separator: ",").map { String($0.filter { $0 != " " }) })
  }

  static func missing(_ name: String, _ package: String) -> FormatError {
    FormatError(
      .missingLibrary(package: package),
      "\(name) was not found: install it with `apt-get install \(package)`")
  }
}
