"""Why the system would not read or write, in Danish."""

import errno

_REASONS_DA = {
    "ENOENT": "den findes ikke, eller den er en genvej til noget, der ikke findes",
    "ENOTDIR": "den er ikke en mappe",
    "EISDIR": "den er en mappe",
    "EEXIST": "den findes i forvejen",
    "ENOTEMPTY": "mappen er ikke tom",
    "EACCES": "adgang er nægtet",
    "EPERM": "adgang er nægtet",
    "EROFS": "drevet kan kun læses",
    "ENOSPC": "der er ikke mere plads på drevet",
    "EDQUOT": "den tildelte plads er brugt op",
    "EFBIG": "filen ville blive større, end systemet tillader",
    "EIO": "drevet eller forbindelsen svigter",
    "ELOOP": "genvejene viser i ring",
    "EMLINK": "der er for mange genveje til den",
    "EMFILE": "der er for mange åbne filer",
    "ENFILE": "der er for mange åbne filer",
    "ENAMETOOLONG": "navnet er for langt",
    "EBUSY": "den er i brug",
    "ETXTBSY": "den er i brug",
    "EBADF": "den er lukket",
    "EINVAL": "systemet kan ikke bruge navnet eller stedet",
    "ENODEV": "drevet er der ikke",
    "ENXIO": "drevet er der ikke",
    "ESTALE": "forbindelsen til drevet er brudt",
    "ETIMEDOUT": "drevet svarer ikke",
}


def reason_da(error: OSError) -> str:
    """Return why the system would not; its number where it is none of the usual reasons."""
    if error.errno is None:
        return "systemet siger ikke hvorfor"
    # By name: not every system has all of them.
    name = errno.errorcode.get(error.errno, "")
    return _REASONS_DA.get(name, f"systemets fejl nr. {error.errno}")
