import Library
import Source
import Syntax

/// Where the text of a `use "./shared.net"` comes from; nil where it cannot be read.
package typealias SourceReader = @Sendable (_ path: String) -> [UInt8]?

/// A parsed file with the blocks its stages can name.
struct Module: Sendable {
  var path: String
  var file: FileSyntax
  var blocks: [String: BlockReference] = [:]
}

/// A block of a module.
struct BlockReference: Hashable, Sendable {
  let module: Int
  let index: Int
}

/// Reads a file and everything it uses, each once.
struct ModuleLoader: Sendable {
  private(set) var modules: [Module] = []
  private(set) var sources: SourceMap
  private(set) var diagnostics = DiagnosticSet()
  /// The allowances of the user's own files.
  private(set) var allowances: [Allowance] = []
  /// The files that are text of the embedded library.
  private(set) var libraries: Set<SourceID> = []
  private var parsedRoot: ParsedFile?
  private let read: SourceReader
  private var loaded: [String: Int] = [:]
  private var loading: [String] = []
  private static let maximumModules = 256

  init(sources: SourceMap, read: @escaping SourceReader) {
    self.sources = sources
    self.read = read
  }

  /// Loads the root file, already in the source map.
  mutating func loadRoot(_ id: SourceID) -> Int {
    let path = sources[id].path
    let parsed = parse(sources[id], id: id)
    parsedRoot = parsed
    return add(parsed, path: path, directory: Self.directory(of: path))
  }

  /// The root file as parsed.
  var root: ParsedFile {
    guard let parsedRoot else { preconditionFailure("the root is loaded first") }
    return parsedRoot
  }

  private mutating func add(_ parsed: ParsedFile, path: String, directory: String) -> Int {
    diagnostics.add(contentsOf: parsed.diagnostics)
    allowances += parsed.allowances
    let index = modules.count
    modules.append(Module(path: path, file: parsed.file))
    loaded[path] = index
    loading.append(path)
    for declaration in parsed.file.declarations {
      if case .use(let use) = declaration { resolve(use, from: directory, into: index) }
    }
    for (position, declaration) in parsed.file.declarations.enumerated() {
      guard case .block(let block) = declaration else { continue }
      let name = block.name.text
      if let other = modules[index].blocks[name], other.module == index {
        diagnostics.add(.blockTwice(block.name, first: self.block(other).name.span))
        continue
      }
      modules[index].blocks[name] = BlockReference(module: index, index: position)
    }
    loading.removeLast()
    return index
  }

  private mutating func resolve(_ use: UseDeclaration, from directory: String, into index: Int) {
    let path: String
    let bytes: [UInt8]?
    switch use.target {
    case .library(let name):
      path = name
      bytes = StandardLibrary.modules[name].map { Array($0.utf8) }
      if bytes == nil {
        diagnostics.add(.unknownModule(name, at: use.span))
        return
      }
    case .file(let file):
      path = Self.join(directory, file)
      bytes = loaded[path] == nil ? read(path) : []
    }
    if loading.contains(path) {
      diagnostics.add(.useCycle(path, at: use.span))
      return
    }
    var source = loaded[path]
    if source == nil {
      guard let bytes, modules.count < Self.maximumModules else {
        diagnostics.add(.unreadableModule(path, at: use.span))
        return
      }
      let id = sources.add(SourceFile(path: path, bytes: bytes))
      if case .library = use.target { libraries.insert(id) }
      source = add(parse(sources[id], id: id), path: path, directory: Self.directory(of: path))
    }
    guard let source else { return }
    for (name, reference) in modules[source].blocks where reference.module == source {
      modules[index].blocks[name] = reference
    }
  }

  func block(_ reference: BlockReference) -> BlockDeclaration {
    guard case .block(let block) = modules[reference.module].file.declarations[reference.index]
    else { preconditionFailure("a block reference points at a block") }
    return block
  }

  private static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return String(path[...slash])
  }

  /// `directory` ends with a slash or is empty; `./` is dropped, `..` is kept.
  private static func join(_ directory: String, _ file: String) -> String {
    if file.hasPrefix("/") { return file }
    var file = Substring(file)
    while file.hasPrefix("./") { file = file.dropFirst(2) }
    return directory + file
  }
}

extension Diagnostic {
  fileprivate static func blockTwice(_ name: Name, first: Span) -> Diagnostic {
    Diagnostic(
      .boundTwice, "the block `\(name.text)` is defined twice", at: name.span,
      notes: [Note("first defined here", at: first)], help: "rename or remove one of them")
  }

  fileprivate static func unknownModule(_ name: String, at span: Span) -> Diagnostic {
    let known = StandardLibrary.names
    let guess = nearest(name, among: known)
    return Diagnostic(
      .unknownModule, "there is no library `\(name)`", at: span,
      help: guess.map { "did you mean `\($0)`?" }
        ?? "the libraries are \(known.sorted().joined(separator: ", "))")
  }

  fileprivate static func unreadableModule(_ path: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .unknownModule, "cannot read `\(path)`", at: span,
      help: "the path is relative to the file that says `use`")
  }

  fileprivate static func useCycle(_ path: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .recursion, "`\(path)` uses itself, directly or through another file", at: span,
      help: "move what both need into a third file")
  }
}
