import Glibc

/// A block of zeroed, page-aligned memory, unmapped at the end.
@safe package struct AnonymousPages: ~Copyable {
  package let bytes: Int
  private let base: UnsafeMutableRawPointer
  private let length: Int
  /// Bytes from which large pages are asked for.
  private static let large = 4 << 20

  package init(bytes: Int) throws(AllocationError) {
    precondition(bytes >= 0, "sizes are not negative")
    length = max(bytes, 1)
    // Anonymous pages are zeroed and page-aligned; a refused mapping is an error, not a trap.
    let mapped = unsafe mmap(
      nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
      throw AllocationError(bytes: bytes)
    }
    // Large blocks are cheaper to touch in large pages; where there are none, nothing changes.
    if length >= Self.large { _ = unsafe madvise(mapped, length, MADV_HUGEPAGE) }
    unsafe base = mapped
    self.bytes = bytes
  }

  deinit {
    // The mapping was made with this base and length and nothing else unmaps it.
    unsafe munmap(base, length)
  }

  /// So many floats from an offset in bytes; they are valid while the block lives.
  @unsafe package borrowing func floats(
    at offset: Int, count: Int
  ) -> UnsafeMutableBufferPointer<Float> {
    precondition(
      offset >= 0 && count >= 0 && offset <= bytes && count <= (bytes - offset) / 4
        && offset % MemoryLayout<Float>.alignment == 0, "inside the block")
    // The block has `bytes` bytes and the last float ends at most there.
    return unsafe UnsafeMutableBufferPointer(
      start: (base + offset).assumingMemoryBound(to: Float.self), count: count)
  }
}
