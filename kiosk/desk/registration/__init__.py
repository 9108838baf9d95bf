"""The registration assistant's pages, drawings and sheet; the only part of it that knows Qt."""
