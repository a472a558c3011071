/// A name that a pickle imports from Python, and what is understood of it.
///
/// Nothing is ever imported or called. A few names say how a tensor or a dictionary is laid out;
/// the rest stand for objects that stay closed. Names that could only serve an attack are refused,
/// so that the user hears of it.
struct PickleGlobal: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case dictionary
    case size
    /// Storage, offset, sizes, strides; the later forms have more behind them.
    case rebuildTensor
    /// The same with the element type in seventh place.
    case rebuildTyped
    /// Its first argument is the tensor.
    case rebuildParameter
    /// Another of these, a class, and the arguments.
    case rebuildFromType
    case storage(StorageKind)
    case element(StorageKind)
    case closed
  }

  let name: String
  let kind: Kind

  init(_ module: String, _ name: String) throws(FormatError) {
    self.name = module + "." + name
    guard !Self.isRefused(module, name) else {
      throw .malformed(
        "the pickle names \(quoted(self.name)), which no weights need: it may be an attack; "
          + "nothing of it was run")
    }
    kind = Self.kind(module, name)
  }

  /// Whether it builds a tensor in a way that is not understood.
  var isForeignTensor: Bool {
    kind == .closed
      && (name.hasPrefix("torch._utils._rebuild") || name.hasPrefix("torch._tensor._rebuild"))
  }

  private static func kind(_ module: String, _ name: String) -> Kind {
    switch (module, name) {
    case ("collections", "OrderedDict"), ("collections", "defaultdict"), ("builtins", "dict"),
      ("__builtin__", "dict"):
      return .dictionary
    case ("torch", "Size"): return .size
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"):
      return .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v3"): return .rebuildTyped
    case ("torch._utils", "_rebuild_parameter"),
      ("torch._utils", "_rebuild_parameter_with_state"):
      return .rebuildParameter
    case ("torch._tensor", "_rebuild_from_type_v2"): return .rebuildFromType
    case ("torch", _), ("torch.cuda", _), ("torch.storage", _):
      if name.hasSuffix("Storage"), let kind = StorageKind.storages[String(name.dropLast(7))] {
        return .storage(kind)
      }
      return StorageKind.elements[name].map(Kind.element) ?? .closed
    default: return .closed
    }
  }

  /// Modules that run programs, import, unpickle, or reach the machine; of `builtins` only types.
  private static func isRefused(_ module: String, _ name: String) -> Bool {
    if module == "builtins" || module == "__builtin__" { return !types.contains(name) }
    let package = module.prefix { $0 != "." }
    return modules.contains(String(package)) || (package == "types" && name.hasSuffix("Type"))
  }

  private static let types: Set<String> = [
    "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "long",
    "object", "range", "set", "slice", "str", "tuple", "unicode", "xrange", "Ellipsis",
    "NoneType", "NotImplemented",
  ]

  private static let modules: Set<String> = [
    "_io", "_pickle", "_posixsubprocess", "asyncio", "bdb", "cPickle", "cProfile", "code",
    "codeop", "commands", "ctypes", "dill", "cloudpickle", "ftplib", "http", "httplib", "imp",
    "importlib", "inspect", "io", "joblib", "linecache", "marshal", "multiprocessing", "nt", "os",
    "pdb", "pickle", "pip", "pkgutil", "popen2", "posix", "profile", "pty", "requests", "runpy",
    "shutil", "signal", "site", "smtplib", "socket", "ssl", "subprocess", "sys", "tempfile",
    "threading", "timeit", "trace", "urllib", "urllib2", "webbrowser",
  ]
}
