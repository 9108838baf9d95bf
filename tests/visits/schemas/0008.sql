BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0008');
CREATE TABLE audit_chain (
	mode TEXT NOT NULL, 
	facility TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	chain TEXT NOT NULL, 
	sequence INTEGER NOT NULL, 
	hash TEXT NOT NULL, 
	PRIMARY KEY (mode, facility, origin), 
	CONSTRAINT uq_audit_chain UNIQUE (chain)
);
INSERT INTO "audit_chain" VALUES('live','99999','','95d236abbde647d0ac80ac1e6ae9d5ac',3,'9346c4f281352aaaa7e31d3d6fd5cce83fd929daf62a8e16c3e00cff57dec12c');
CREATE TABLE audit_entry (
	chain TEXT NOT NULL, 
	sequence INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	facility TEXT NOT NULL, 
	desk TEXT NOT NULL, 
	who TEXT NOT NULL, 
	act TEXT NOT NULL, 
	subject TEXT, 
	why TEXT, 
	detail TEXT NOT NULL, 
	previous TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	PRIMARY KEY (chain, sequence)
)
 WITHOUT ROWID

;
INSERT INTO "audit_entry" VALUES('95d236abbde647d0ac80ac1e6ae9d5ac',1,'2026-11-23T01:30:00.000000Z','live','99999','Quầy 1','lan','staff','lan',NULL,'{"role":"supervisor","what":"added"}','0000000000000000000000000000000000000000000000000000000000000000','24b5ed308293c5bf00c479b706d45b5350fd95d06e78121b01f883e2cd8f29c7');
INSERT INTO "audit_entry" VALUES('95d236abbde647d0ac80ac1e6ae9d5ac',2,'2026-11-23T01:30:00.000000Z','live','99999','Quầy 1','lan','self_pay','self-pay',NULL,'{}','24b5ed308293c5bf00c479b706d45b5350fd95d06e78121b01f883e2cd8f29c7','12a9cf492bf58fa7cb36ff59bf757c146366f86397b497d41e1cd35e95936843');
INSERT INTO "audit_entry" VALUES('95d236abbde647d0ac80ac1e6ae9d5ac',3,'2026-11-23T01:30:00.000000Z','live','99999','Quầy 1','lan','export','visits','cho thanh tra','{}','12a9cf492bf58fa7cb36ff59bf757c146366f86397b497d41e1cd35e95936843','9346c4f281352aaaa7e31d3d6fd5cce83fd929daf62a8e16c3e00cff57dec12c');
CREATE TABLE difficulty (
	difficulty_id TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	facility TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	code TEXT, 
	state TEXT NOT NULL, 
	first_at DATETIME NOT NULL, 
	last_at DATETIME NOT NULL, 
	times INTEGER NOT NULL, 
	desk TEXT NOT NULL, 
	about_visit TEXT, 
	number TEXT, 
	text TEXT, 
	note TEXT, 
	reported_at DATETIME, 
	answered_at DATETIME, 
	closed_at DATETIME, 
	PRIMARY KEY (difficulty_id)
);
INSERT INTO "difficulty" VALUES('09dd14f3bbffa1e6ead33152fe602689','live','99999','gateway_failure','read_timeout','new','2026-11-23 01:30:00.000000','2026-11-23 01:30:00.000000',1,'Quầy 1','checked-in','DN4 •••• •••• 0000',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "difficulty" VALUES('40a4312933e454e30519ee149de96db8','live','99999','gateway_failure','read_timeout','new','2026-11-23 01:30:00.000000','2026-11-23 01:30:00.000000',1,'Quầy 1','pending','DN4 •••• •••• 0001',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "difficulty" VALUES('4a321fd82d27af763f0f8fbb6b98e6c2','live','99999','gateway_failure','gateway_timeout','new','2026-11-23 01:30:00.000000','2026-11-23 01:30:00.000000',1,'Quầy 1','pending','DN4 •••• •••• 0001',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "difficulty" VALUES('afb496d237d38dacc43f54569e6bb68f','live','99999','gateway_failure','read_timeout','new','2026-11-23 01:30:00.000000','2026-11-23 01:30:00.000000',1,'Quầy 1','held','DN4 •••• •••• 0002',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "difficulty" VALUES('cd91302f2a23ac530c12460363ecc06c','live','99999','gateway_failure','read_timeout','new','2026-11-23 01:30:00.000000','2026-11-23 01:30:00.000000',1,'Quầy 1','settled','DN4 •••• •••• 0003',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "difficulty" VALUES('6aab280ac9e4c4c62fb5029bbfaea5f3','live','99999','gateway_failure','gateway_timeout','new','2026-11-23 01:30:00.000000','2026-11-23 01:30:00.000000',1,'Quầy 1','settled','DN4 •••• •••• 0003',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "difficulty" VALUES('77ee84c1e15e313ceb2b6ee758655131','live','99999','gateway_failure','read_timeout','new','2026-11-23 01:30:00.000000','2026-11-23 01:30:00.000000',1,'Quầy 1','self-pay','DN4 •••• •••• 0004',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE lookup_attempt (
	attempt_id INTEGER NOT NULL, 
	visit_id TEXT NOT NULL, 
	asked_at DATETIME NOT NULL, 
	elapsed_ms FLOAT NOT NULL, 
	request TEXT NOT NULL, 
	http_status INTEGER, 
	answer TEXT, 
	failure TEXT, 
	detail TEXT NOT NULL, 
	PRIMARY KEY (attempt_id), 
	FOREIGN KEY(visit_id) REFERENCES visit (visit_id) ON DELETE CASCADE
);
INSERT INTO "lookup_attempt" VALUES(1,'checked-in','2026-11-23 01:30:00.000000',8000.5,'{"maThe":"DN4799900000001"}',NULL,NULL,'read_timeout','no answer within 8 s');
INSERT INTO "lookup_attempt" VALUES(2,'pending','2026-11-23 01:30:00.000000',8000.5,'{"maThe":"DN4799900000001"}',NULL,NULL,'read_timeout','no answer within 8 s');
INSERT INTO "lookup_attempt" VALUES(3,'held','2026-11-23 01:30:00.000000',8000.5,'{"maThe":"DN4799900000001"}',NULL,NULL,'read_timeout','no answer within 8 s');
INSERT INTO "lookup_attempt" VALUES(4,'settled','2026-11-23 01:30:00.000000',8000.5,'{"maThe":"DN4799900000001"}',NULL,NULL,'read_timeout','no answer within 8 s');
INSERT INTO "lookup_attempt" VALUES(5,'settled','2026-11-23 01:30:00.000000',8000.5,'{"maThe":"DN4799900000001"}',200,'{"maKetQua":"000"}',NULL,'');
INSERT INTO "lookup_attempt" VALUES(6,'self-pay','2026-11-23 01:30:00.000000',8000.5,'{"maThe":"DN4799900000001"}',NULL,NULL,'read_timeout','no answer within 8 s');
CREATE TABLE owed_lookup (
	visit_id TEXT NOT NULL, 
	number TEXT NOT NULL, 
	full_name TEXT NOT NULL, 
	birth_date TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	last_error TEXT, 
	next_at DATETIME, 
	leased_by TEXT, 
	leased_until DATETIME, 
	PRIMARY KEY (visit_id), 
	FOREIGN KEY(visit_id) REFERENCES visit (visit_id) ON DELETE CASCADE
);
INSERT INTO "owed_lookup" VALUES('pending','DN4799900000001','Nguyễn Thử Số 1','1990-02-01','2026-11-23 01:30:00.000000',0,'gateway_timeout','2026-11-23 01:30:30.000000',NULL,NULL);
CREATE TABLE queue_counter (
	mode TEXT NOT NULL, 
	facility TEXT NOT NULL, 
	day DATE NOT NULL, 
	last_number INTEGER NOT NULL, 
	PRIMARY KEY (mode, facility, day)
);
INSERT INTO "queue_counter" VALUES('live','99999','2026-11-23',4);
CREATE TABLE queue_row (
	mode TEXT NOT NULL, 
	facility TEXT NOT NULL, 
	"row" INTEGER NOT NULL, 
	holder TEXT NOT NULL, 
	desk TEXT NOT NULL, 
	taken_at DATETIME NOT NULL, 
	PRIMARY KEY (mode, facility, "row"), 
	CONSTRAINT uq_queue_row_holder UNIQUE (mode, facility, holder)
);
CREATE TABLE staff_account (
	mode TEXT NOT NULL, 
	facility TEXT NOT NULL, 
	account TEXT NOT NULL, 
	full_name TEXT NOT NULL, 
	citizen_id TEXT NOT NULL, 
	role TEXT NOT NULL, 
	secret TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	disabled_at DATETIME, 
	wrong_tries INTEGER NOT NULL, 
	wait_until DATETIME, 
	PRIMARY KEY (mode, facility, account)
);
INSERT INTO "staff_account" VALUES('live','99999','lan','Trần Thị Lan','001190000011','supervisor','$argon2id$v=19$m=65536,t=3,p=4$LZzZ91yQ7sXrBGmkhhJO8w$kDEQ4k/XvT1bWdxWw1shYnfYrO4LS2ppX+mEl8ttOuk','2026-11-23 01:30:00.000000',NULL,0,NULL);
CREATE TABLE staff_task (
	visit_id TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	reason TEXT NOT NULL, 
	done_at DATETIME, 
	done_by TEXT, 
	PRIMARY KEY (visit_id), 
	FOREIGN KEY(visit_id) REFERENCES visit (visit_id) ON DELETE CASCADE
);
CREATE TABLE visit (
	visit_id TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	facility TEXT NOT NULL, 
	day DATE NOT NULL, 
	created_at DATETIME NOT NULL, 
	source TEXT NOT NULL, 
	desk TEXT NOT NULL, 
	status TEXT NOT NULL, 
	verdict TEXT, 
	reason TEXT, 
	result_code TEXT, 
	followed_from TEXT, 
	queue_number INTEGER, 
	full_name TEXT, 
	number TEXT, 
	card JSON NOT NULL, 
	coverage JSON, 
	differences JSON NOT NULL, 
	warnings JSON NOT NULL, 
	confirm_reason TEXT, 
	rechecked_at DATETIME, priority TEXT, cancelled_at DATETIME, cancelled_by TEXT, cancel_reason TEXT, search TEXT, benefit JSON, findings JSON, staff TEXT, 
	PRIMARY KEY (visit_id), 
	CONSTRAINT uq_visit_queue_number UNIQUE (mode, facility, day, queue_number)
);
INSERT INTO "visit" VALUES('checked-in','live','99999','2026-11-23','2026-11-23 01:30:00.000000','scan','Quầy 1','checked_in','eligible','ok','000',NULL,1,'NGUYỄN THỬ SỐ 0','DN4799900000000','{"kind":"health_card","card_number":"DN4799900000000","social_insurance_number":null,"full_name":"Nguyễn Thử Số 0","birth_date":"1990-02-01","sex":"female","address":null,"primary_facility":null,"valid_from":"2026-01-01","valid_to":null,"issued_on":null,"five_years_from":null,"living_area":null,"guardian_name":null,"benefit_level":null,"issuing_place":null,"warnings":[]}','{"card_number":"DN4799900000000","social_insurance_number":"9900000000","full_name":"NGUYỄN THỬ SỐ 0","birth_date":"1990-02-01","sex":"female","address":"1 Đường Mẫu","primary_facility":"99999","primary_facility_name":"Cơ sở tập huấn","issuing_office":"BHXH Mẫu","valid_from":"2026-01-01","valid_to":"2026-12-31","living_area":null,"five_years_from":"2030-01-01","benefit_level":4,"new_card":null}','[]','[]',NULL,NULL,'aged_75',NULL,NULL,NULL,'nguyen thu so 0 dn4799900000000','{"object_code":"1.1"}','{"found":[],"unchecked":["picture_reused"]}','lan');
INSERT INTO "visit" VALUES('pending','live','99999','2026-11-23','2026-11-23 01:30:00.000000','scan','Quầy 1','pending','undetermined','gateway_timeout',NULL,NULL,2,'Nguyễn Thử Số 1','DN4799900000001','{"kind":"health_card","card_number":"DN4799900000001","social_insurance_number":null,"full_name":"Nguyễn Thử Số 1","birth_date":"1990-02-01","sex":"female","address":null,"primary_facility":null,"valid_from":"2026-01-01","valid_to":null,"issued_on":null,"five_years_from":null,"living_area":null,"guardian_name":null,"benefit_level":null,"issuing_place":null,"warnings":[]}',NULL,'[]','[]',NULL,NULL,NULL,NULL,NULL,NULL,'nguyen thu so 1 dn4799900000001',NULL,NULL,'lan');
INSERT INTO "visit" VALUES('held','live','99999','2026-11-23','2026-11-23 01:30:00.000000','scan','Quầy 1','held','needs_staff','name_mismatch','060',NULL,NULL,'Nguyễn Thử Số 2','DN4799900000002','{"kind":"health_card","card_number":"DN4799900000002","social_insurance_number":null,"full_name":"Nguyễn Thử Số 2","birth_date":"1990-02-01","sex":"female","address":null,"primary_facility":null,"valid_from":"2026-01-01","valid_to":null,"issued_on":null,"five_years_from":null,"living_area":null,"guardian_name":null,"benefit_level":null,"issuing_place":null,"warnings":[]}',NULL,'[]','[]',NULL,NULL,NULL,NULL,NULL,NULL,'nguyen thu so 2 dn4799900000002',NULL,NULL,'lan');
INSERT INTO "visit" VALUES('settled','live','99999','2026-11-23','2026-11-23 01:30:00.000000','scan','Quầy 1','checked_in','eligible','ok','000',NULL,3,'NGUYỄN THỬ SỐ 3','DN4799900000003','{"kind":"health_card","card_number":"DN4799900000003","social_insurance_number":null,"full_name":"Nguyễn Thử Số 3","birth_date":"1990-02-01","sex":"female","address":null,"primary_facility":null,"valid_from":"2026-01-01","valid_to":null,"issued_on":null,"five_years_from":null,"living_area":null,"guardian_name":null,"benefit_level":null,"issuing_place":null,"warnings":[]}','{"card_number":"DN4799900000003","social_insurance_number":"9900000003","full_name":"NGUYỄN THỬ SỐ 3","birth_date":"1990-02-01","sex":"female","address":"1 Đường Mẫu","primary_facility":"99999","primary_facility_name":"Cơ sở tập huấn","issuing_office":"BHXH Mẫu","valid_from":"2026-01-01","valid_to":"2026-12-31","living_area":null,"five_years_from":"2030-01-01","benefit_level":4,"new_card":null}','[]','[]',NULL,'2026-11-23 02:30:00.000000',NULL,NULL,NULL,NULL,'nguyen thu so 3 dn4799900000003',NULL,NULL,'lan');
INSERT INTO "visit" VALUES('self-pay','live','99999','2026-11-23','2026-11-23 01:30:00.000000','scan','Quầy 1','self_pay',NULL,NULL,NULL,NULL,4,'Nguyễn Thử Số 4','DN4799900000004','{"kind":"health_card","card_number":"DN4799900000004","social_insurance_number":null,"full_name":"Nguyễn Thử Số 4","birth_date":"1990-02-01","sex":"female","address":null,"primary_facility":null,"valid_from":"2026-01-01","valid_to":null,"issued_on":null,"five_years_from":null,"living_area":null,"guardian_name":null,"benefit_level":null,"issuing_place":null,"warnings":[]}',NULL,'[]','[]',NULL,NULL,NULL,NULL,NULL,NULL,'nguyen thu so 4 dn4799900000004',NULL,NULL,'lan');
CREATE TABLE visit_event (
	event_id INTEGER NOT NULL, 
	visit_id TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	event TEXT NOT NULL, 
	status TEXT NOT NULL, 
	why TEXT, 
	PRIMARY KEY (event_id), 
	FOREIGN KEY(visit_id) REFERENCES visit (visit_id) ON DELETE CASCADE
);
INSERT INTO "visit_event" VALUES(1,'checked-in','2026-11-23 01:30:00.000000','recorded','checked_in','ok');
INSERT INTO "visit_event" VALUES(2,'pending','2026-11-23 01:30:00.000000','recorded','pending','gateway_timeout');
INSERT INTO "visit_event" VALUES(3,'held','2026-11-23 01:30:00.000000','recorded','held','name_mismatch');
INSERT INTO "visit_event" VALUES(4,'settled','2026-11-23 01:30:00.000000','recorded','pending','gateway_timeout');
INSERT INTO "visit_event" VALUES(5,'settled','2026-11-23 02:30:00.000000','settled','checked_in','ok');
INSERT INTO "visit_event" VALUES(6,'self-pay','2026-11-23 01:30:00.000000','recorded','self_pay',NULL);
CREATE TABLE visit_identity (
	visit_id TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	PRIMARY KEY (visit_id, "key"), 
	FOREIGN KEY(visit_id) REFERENCES visit (visit_id) ON DELETE CASCADE
);
INSERT INTO "visit_identity" VALUES('checked-in','card:DN4799900000000');
INSERT INTO "visit_identity" VALUES('checked-in','social:9900000000');
INSERT INTO "visit_identity" VALUES('pending','card:DN4799900000001');
INSERT INTO "visit_identity" VALUES('pending','social:9900000001');
INSERT INTO "visit_identity" VALUES('held','card:DN4799900000002');
INSERT INTO "visit_identity" VALUES('held','social:9900000002');
INSERT INTO "visit_identity" VALUES('settled','card:DN4799900000003');
INSERT INTO "visit_identity" VALUES('settled','social:9900000003');
INSERT INTO "visit_identity" VALUES('self-pay','card:DN4799900000004');
INSERT INTO "visit_identity" VALUES('self-pay','social:9900000004');
CREATE TABLE visit_picture (
	visit_id TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	PRIMARY KEY (visit_id), 
	FOREIGN KEY(visit_id) REFERENCES visit (visit_id) ON DELETE CASCADE
);
INSERT INTO "visit_picture" VALUES('checked-in','abababababababababababababababababababababababababababababababab');
CREATE TABLE waiting_cancel (
	visit_id TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	facility TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	desk TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	PRIMARY KEY (visit_id)
);
CREATE TABLE watch_list (
	mode TEXT NOT NULL, 
	facility TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	until DATE, 
	added_at DATETIME NOT NULL, 
	PRIMARY KEY (mode, facility, "key")
);
CREATE INDEX ix_visit_created ON visit (mode, facility, created_at, visit_id);
CREATE INDEX ix_visit_status ON visit (mode, facility, status, created_at);
CREATE INDEX ix_visit_identity_key ON visit_identity ("key");
CREATE INDEX ix_lookup_attempt_visit ON lookup_attempt (visit_id);
CREATE INDEX ix_owed_lookup_next ON owed_lookup (next_at);
CREATE INDEX ix_visit_event_visit ON visit_event (visit_id);
CREATE INDEX ix_staff_task_done ON staff_task (done_at);
CREATE INDEX ix_lookup_attempt_asked ON lookup_attempt (asked_at);
CREATE INDEX ix_visit_day ON visit (mode, facility, day, created_at, visit_id, status, search);
CREATE INDEX ix_difficulty_last ON difficulty (mode, facility, last_at);
CREATE INDEX ix_difficulty_state ON difficulty (mode, facility, state, first_at);
CREATE INDEX ix_visit_picture_fingerprint ON visit_picture (fingerprint);
CREATE INDEX ix_audit_entry_at ON audit_entry (at);
CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_entry_fixed BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_entry_next BEFORE INSERT ON audit_entry
    WHEN NEW.sequence <>
        (SELECT coalesce(max(sequence), 0) + 1 FROM audit_entry WHERE chain = NEW.chain)
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_chain_kept BEFORE DELETE ON audit_chain
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_chain_grows BEFORE UPDATE ON audit_chain
    WHEN NEW.sequence <= OLD.sequence OR NEW.chain <> OLD.chain
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
COMMIT;
