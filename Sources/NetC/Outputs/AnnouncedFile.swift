import Formats
import Source

/// Writes files that are told of before they take their names.
enum AnnouncedFile {
  /// Writes a file whole or not at all; what `announce` throws leaves none. N0803 where it cannot be
  /// written.
  static func write(
    to path: String, _ body: (inout AtomicFile) throws(FormatError) -> Void,
    announce: () throws -> Void
  ) throws {
    do {
      var file = try AtomicFile(path)
      try body(&file)
      do {
        try announce()
      } catch {
        throw Unannounced(error: error)
      }
      try file.commit()
    } catch let error as FormatError {
      throw Diagnostic.unwritable(path, error)
    } catch let error as Unannounced {
      throw error.error
    }
  }

  /// Keeps what an announcement throws apart from what the file throws.
  private struct Unannounced: Error {
    let error: any Error
  }
}
