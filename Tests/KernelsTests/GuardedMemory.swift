import Glibc
import Tensors
import Testing

/// Floats between two pages that may not be touched, flush against one of them.
@safe final class GuardedMemory {
  private let base: UnsafeMutableRawPointer
  private let size: Int
  private let first: UnsafeMutablePointer<Float>
  private let count: Int

  init(_ values: [Float], atEnd: Bool) throws {
    let page = sysconf(Int32(_SC_PAGESIZE))
    let bytes = max(1, values.count) * MemoryLayout<Float>.stride
    let inner = (bytes + page - 1) / page * page
    size = inner + 2 * page
    let pages = unsafe mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    let start = try unsafe #require(pages == MAP_FAILED ? nil : pages)
    unsafe base = start
    try #require(unsafe mprotect(start + page, inner, PROT_READ | PROT_WRITE) == 0)
    let place = unsafe start + page + (atEnd ? inner - bytes : 0)
    unsafe first = place.bindMemory(to: Float.self, capacity: values.count)
    count = values.count
    for (index, value) in values.enumerated() { unsafe first[index] = value }
  }

  deinit { unsafe munmap(base, size) }

  /// Valid while this object lives.
  var buffer: UnsafeMutableBufferPointer<Float> {
    unsafe UnsafeMutableBufferPointer(start: first, count: count)
  }

  var values: [Float] { unsafe Array(buffer) }
}
