package import Tensors
import Synchronization

/// A checkpoint of PyTorch: its pickle is read at once, a storage when a tensor of it is asked for.
package struct CheckpointFile: WeightSource {
  package let entries: [WeightEntry]
  /// The key that the tensors lie under, nil where they lie outermost.
  package let key: String?
  private let file: OpenFile
  private let items: [String: Item]
  private let checked = CheckedStorages()

  /// A tensor's index among the entries, and its elements in the range of its entry.
  private struct Item {
    let index: Int
    let view: StridedView
    let storage: StoredStorage
  }

  init(
    _ file: OpenFile, _ dictionary: StateDictionary, _ memory: PickleMemory,
    _ storages: [String: StoredStorage]
  ) throws(FormatError) {
    self.file = file
    key = dictionary.key
    var entries: [WeightEntry] = []
    var items: [String: Item] = [:]
    for (name, tensor) in dictionary.tensors {
      let place = "tensor \(quoted(name))"
      let reference = memory.storages[tensor.storage]
      guard let storage = storages[reference.key] else {
        throw .malformed("the file lacks its storage \(quoted(reference.key))", at: place)
      }
      guard let type = tensor.element.type else {
        throw .unsupported(
          "its elements are \(tensor.element.name), expected float32, float16, bfloat16 or float64",
          at: place)
      }
      // The machine checked that a storage's bytes are countable, and the view inside them.
      let width = tensor.element.width
      let needed = reference.count * reference.kind.width
      guard needed == storage.range.count else {
        throw .malformed(
          "its storage \(quoted(reference.key)) has \(storage.range.count) bytes, expected \(needed)",
          at: place)
      }
      let view = tensor.view
      let isEmpty = view.count == 0
      let begin = storage.range.lowerBound + reference.range.lowerBound * reference.kind.width
      let lower = isEmpty ? begin : begin + view.span.lowerBound * width
      guard let own = StridedView(view.dimensions, strides: view.strides, offset: 0) else {
        throw .malformed("a tensor of shape \(view.dimensions)", at: place)
      }
      items[name] = Item(index: entries.count, view: own, storage: storage)
      entries.append(
        WeightEntry(
          name: name, type: type, dimensions: view.dimensions,
          range: lower..<lower + own.span.count * width))
    }
    self.entries = entries
    self.items = items
  }

  package var path: String { file.path }

  package func entry(_ name: String) -> WeightEntry? { items[name].map { entries[$0.index] } }

  package func read(_ name: String) throws(FormatError) -> Tensor {
    let place = "tensor \(quoted(name))"
    guard let item = items[name] else {
      throw FormatError(.malformed, "the file has no such tensor", at: place)
    }
    let entry = entries[item.index]
    guard entry.type.isWeight else {
      throw .unsupported(
        "its elements are \(entry.type.rawValue), expected F32, F16, BF16 or F64", at: place)
    }
    guard item.view.count > 0 else {
      throw .malformed("empty tensor of shape \(entry.dimensions)", at: place)
    }
    let isWhole = entry.range == item.storage.range
    if let stored = item.storage.entry, isWhole {
      let stream = try ZipEntryStream(stored, of: file, isChecked: stored.crc != 0)
      return try tensor(entry, item.view, from: stream, at: place)
    }
    if let stored = item.storage.entry { try checked.check(stored, of: file) }
    return try tensor(entry, item.view, from: FileStream(file, entry.range), at: place)
  }

  private func tensor(
    _ entry: WeightEntry, _ view: StridedView, from stream: some ByteStream, at place: String
  ) throws(FormatError) -> Tensor {
    guard !view.isContiguous else {
      return try Tensor(entry.type, entry.dimensions, from: stream, at: place)
    }
    let flat = try Tensor(entry.type, [view.span.count], from: stream, at: place)
    return try flat.gathered(view, at: place)
  }
}

/// Where a storage lies in a checkpoint.
struct StoredStorage: Sendable {
  let range: Range<Int>
  /// Its entry in a zip file.
  let entry: ZipArchive.Entry?
}

/// The storages whose checksums were compared, so that each is once, however many tensors share it.
private final class CheckedStorages: Sendable {
  private let names = Mutex<Set<String>>([])

  func check(_ entry: ZipArchive.Entry, of file: OpenFile) throws(FormatError) {
    // torch leaves out the checksum when it is told to: it is 0 then.
    guard entry.crc != 0, !names.withLock({ $0.contains(entry.name) }) else { return }
    let stream = try ZipEntryStream(entry, of: file)
    var buffer = [UInt8](repeating: 0, count: min(entry.size, 1 << 18))
    var left = entry.size
    while left > 0 {
      if left < buffer.count { buffer = [UInt8](repeating: 0, count: left) }
      try stream.read(into: &buffer)
      left -= buffer.count
    }
    _ = names.withLock { $0.insert(entry.name) }
  }
}
